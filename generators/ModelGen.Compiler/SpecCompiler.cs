using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler;

/// <summary>The meaning of a spec's text, with the places of its layers and its mistakes kept separate.</summary>
/// <param name="Spec">The meaning; null where too much is wrong to go on.</param>
/// <param name="Places">Where each layer was written.</param>
/// <param name="Diagnostics">What is wrong with the text.</param>
internal sealed record ParsedSpec(ModelSpec? Spec, SourceMap Places, EquatableArray<Diagnostic> Diagnostics);

/// <summary>The output for a spec; the same for specs with the same meaning.</summary>
/// <param name="Code">The C# with markers for places; null where something is wrong.</param>
/// <param name="Errors">What is wrong with the graph, and what is doubtful.</param>
internal sealed record GeneratedModel(ModelSources? Code, EquatableArray<GraphError> Errors)
{
    /// <summary>The files that the spec names; null for none.</summary>
    public NamedFiles? Files { get; init; }

    /// <summary>The same with what is wrong with these files added. The code stays: it is right, and what uses it compiles.</summary>
    /// <param name="known">What the build knows of files.</param>
    public GeneratedModel Beside(KnownFiles known) =>
        Files is null ? this : this with { Errors = new(Errors.Concat(Files.Problems(known))) };
}

/// <summary>A spec, compiled from text to C#.</summary>
/// <param name="Code">The C#; null where something is wrong.</param>
/// <param name="Diagnostics">Everything that is wrong or doubtful.</param>
internal sealed record CompiledSpec(ModelSources? Code, EquatableArray<Diagnostic> Diagnostics);

/// <summary>The stages from text to C#. None of them throws, whatever the text.</summary>
internal static class SpecCompiler
{
    private const int MaximumLength = 1_000_000;

    private const string Wanted = "model; it needs at least 'model', 'family' and the keys that the family requires";

    /// <summary>Reads a spec's text.</summary>
    public static ParsedSpec Parse(string text)
    {
        var diagnostics = new DiagnosticBag();
        return ReadYaml(text, Wanted, diagnostics) is { } root
            ? Parse(root, diagnostics)
            : new ParsedSpec(null, SourceMap.None, diagnostics.ToArray());
    }

    /// <summary>A spec whose text cannot be read.</summary>
    /// <param name="reason">Why not, as the end of a sentence.</param>
    public static ParsedSpec Unreadable(string reason) => new(null, SourceMap.None, new([UnreadableFile(reason)]));

    /// <summary>What is told of a file that cannot be read.</summary>
    public static Diagnostic UnreadableFile(string reason) =>
        new(Rules.Unreadable, SourceSpan.FileStart, new EquatableArray<string>([reason]));

    /// <summary>The root of a file; null after reporting why it cannot be read.</summary>
    /// <param name="text">The file.</param>
    /// <param name="wanted">What an empty file lacks, for the message.</param>
    /// <param name="diagnostics">Receives the mistakes.</param>
    public static Node? ReadYaml(string text, string wanted, DiagnosticBag diagnostics)
    {
        if (text.Length > MaximumLength)
        {
            diagnostics.Report(
                Rules.Unreadable,
                SourceSpan.FileStart,
                $"it has {ModuleWriter.Count(text.Length)} characters; a spec may have at most {ModuleWriter.Count(MaximumLength)}"
            );
            return null;
        }

        try
        {
            return YamlReader.Read(text, diagnostics, wanted);
        }
        catch (Exception exception)
        {
            diagnostics.Report(Rules.Internal, SourceSpan.FileStart, Describe(exception));
            return null;
        }
    }

    /// <summary>Reads a spec that was not written in YAML.</summary>
    /// <param name="root">The keys of the model.</param>
    /// <param name="diagnostics">The mistakes so far; receives those of the model.</param>
    public static ParsedSpec Parse(Node root, DiagnosticBag diagnostics)
    {
        var (spec, places) = (default(ModelSpec), SourceMap.None);
        try
        {
            (spec, places) = new ModelBinder(diagnostics).Bind(root);
        }
        catch (Exception exception)
        {
            diagnostics.Report(Rules.Internal, root.Span, Describe(exception));
        }

        return new ParsedSpec(spec, places, diagnostics.ToArray());
    }

    /// <summary>Generates C# from a spec, still without places.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="rootNamespace">The namespace of the class; none where null or empty.</param>
    /// <param name="accessibility">The class's accessibility in C#.</param>
    /// <param name="hidden">Short names of types that mean something else in the scope of the class.</param>
    public static GeneratedModel Generate(
        ModelSpec spec,
        string? rootNamespace,
        string accessibility = "public",
        IEnumerable<string>? hidden = null
    )
    {
        var errors = new List<GraphError>();
        ModelSources? code = null;
        NamedFiles? files = null;
        try
        {
            if (Family.Of(spec).Build(spec, errors) is { } graph)
            {
                files = NamedFiles.Of(graph);
                MixedPrecision.Apply(graph);
                code = ModelWriter.Write(graph, ModelFacts.Of(graph), rootNamespace, accessibility, hidden ?? []);
            }
        }
        catch (OverflowException)
        {
            errors.Add(
                new GraphError(
                    Rules.TooLarge,
                    GraphError.Model,
                    null,
                    new EquatableArray<string>([spec.Name, "its parameters or multiply-adds do not fit into 64 bits"])
                )
            );
        }
        catch (Exception exception)
        {
            errors.Add(new GraphError(Rules.Internal, GraphError.Model, null, new EquatableArray<string>([Describe(exception)])));
        }

        if (code is not null)
        {
            errors.AddRange(spec.Allowed.Where(id => errors.All(error => error.Rule.Id != id)).Select(NotNeeded));
        }

        errors.RemoveAll(error => spec.Allows(error.Rule));
        return new GeneratedModel(errors.All(static error => error.Rule.IsWarning) ? code : null, new EquatableArray<GraphError>(errors))
        {
            Files = files,
        };
    }

    /// <summary>Builds a sound model; its mistakes are those that <see cref="Generate"/> reports.</summary>
    /// <returns>The model after all passes that change it; null where it is not sound.</returns>
    public static ModelGraph? Build(ModelSpec spec)
    {
        var graph = Family.Of(spec).Build(spec, []);
        if (graph is not null)
        {
            MixedPrecision.Apply(graph);
        }

        return graph;
    }

    private static GraphError NotNeeded(string id) =>
        new(
            Rules.NoEffect,
            GraphError.Model,
            $"{CommonKey.Allow.Name}.{id}",
            new EquatableArray<string>([$"{CommonKey.Allow.Name}: {id}", "nothing in this model raises that warning"])
        );

    /// <summary>The mistakes of a file that are shown, in the order of their places.</summary>
    public static EquatableArray<Diagnostic> Diagnostics(ParsedSpec parsed, GeneratedModel? generated) =>
        Mistakes(parsed, generated).Shown();

    /// <summary>All mistakes of a file.</summary>
    public static DiagnosticBag Mistakes(ParsedSpec parsed, GeneratedModel? generated) =>
        Mistakes(parsed.Diagnostics, parsed.Places, generated?.Errors ?? default);

    /// <summary>The mistakes of a text and of its meaning.</summary>
    /// <param name="read">What is wrong with the text.</param>
    /// <param name="places">Where its parts were written.</param>
    /// <param name="errors">What is wrong with its meaning.</param>
    public static DiagnosticBag Mistakes(EquatableArray<Diagnostic> read, SourceMap places, EquatableArray<GraphError> errors)
    {
        var all = new DiagnosticBag();
        foreach (var diagnostic in read)
        {
            all.Add(diagnostic);
        }

        foreach (var error in errors)
        {
            all.Note = BlockNote.Of(error.Uses.Select(use => (use.Block, places.Find(use.Origin, null).Line)));
            all.Report(error.Rule, places.Find(error.Origin, error.Argument), [.. error.Arguments]);
        }

        return all;
    }

    /// <summary>Runs all stages.</summary>
    /// <param name="text">The spec.</param>
    /// <param name="path">Its file, for <c>#line</c> directives.</param>
    /// <param name="rootNamespace">The namespace of the class; none where null or empty.</param>
    /// <param name="hidden">Short names of types that mean something else in the scope of the class.</param>
    /// <param name="known">What is known of the files that the spec may name; nothing where null.</param>
    public static CompiledSpec Compile(
        string text,
        string path,
        string? rootNamespace,
        IEnumerable<string>? hidden = null,
        KnownFiles? known = null
    )
    {
        var parsed = Parse(text);
        var generated = parsed.Spec is null ? null : Generate(parsed.Spec, rootNamespace, hidden: hidden);
        generated = known is null ? generated : generated?.Beside(known);
        var diagnostics = Diagnostics(parsed, generated);
        var code =
            diagnostics.All(static diagnostic => diagnostic.Rule.IsWarning) && generated?.Code is { } template
                ? LineDirectives.Fill(template, parsed.Places, path)
                : null;
        return new CompiledSpec(code, diagnostics);
    }

    /// <summary>A fault of the compiler, as text for its message.</summary>
    public static string Describe(Exception exception) => $"{exception.GetType().Name}: {exception.Message.TrimEnd('.')}";
}
