using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace ModelGen.Generators.Tests;

/// <summary>A project with specs, as the compiler holds it between two builds: what is edited is told to the same driver.</summary>
internal sealed class SpecProject
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static path =>
                Path.GetFileName(path) is var name
                && (
                    name.StartsWith("System.", StringComparison.Ordinal)
                    || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                    || name
                        is "TorchSharp.dll"
                            or "ModelGen.dll"
                            or "ModelGen.Core.dll"
                            or "ModelGen.Torch.dll"
                            or "ModelGen.Extensions.AI.dll"
                )
            )
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly Dictionary<string, AdditionalText> _specs = [];
    private GeneratorDriver _driver;
    private CSharpCompilation _compilation;
    private Dictionary<string, string> _options;

    public SpecProject(
        string? rootNamespace = "App",
        string source = "namespace App; internal static class Program;",
        IIncrementalGenerator? generator = null,
        params IIncrementalGenerator[] others
    )
        : this("/app", rootNamespace, source, generator, others) { }

    /// <summary>A project in another folder.</summary>
    public SpecProject(
        string folder,
        string? rootNamespace,
        string source,
        IIncrementalGenerator? generator,
        params IIncrementalGenerator[] others
    )
    {
        _options = rootNamespace is null ? [] : new() { ["build_property.RootNamespace"] = rootNamespace };
        _compilation = CSharpCompilation.Create(
            "App",
            [CSharpSyntaxTree.ParseText(source, ParseOptions, $"{folder}/Program.cs", Encoding.UTF8)],
            References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                generalDiagnosticOption: ReportDiagnostic.Error,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        _driver = CSharpGeneratorDriver.Create(
            [.. others.Prepend(generator ?? new SpecGenerator()).Select(static each => each.AsSourceGenerator())],
            [],
            ParseOptions,
            new Options(_options),
            new GeneratorDriverOptions(
                IncrementalGeneratorOutputKind.None,
                trackIncrementalGeneratorSteps: true,
                baseDirectory: $"{folder}/obj"
            )
        );
    }

    /// <summary>Adds a spec, or replaces it.</summary>
    public SpecProject Write(string path, string text) => Write(path, () => SourceText.From(text, Encoding.UTF8));

    public SpecProject Write(string path, Func<SourceText?> read)
    {
        var spec = new Spec(path, read);
        _driver = _specs.TryGetValue(path, out var old) ? _driver.ReplaceAdditionalText(old, spec) : _driver.AddAdditionalTexts([spec]);
        _specs[path] = spec;
        return this;
    }

    public void Delete(string path)
    {
        _driver = _driver.RemoveAdditionalTexts([_specs[path]]);
        _specs.Remove(path);
    }

    public void AddCode(string source, string path) =>
        _compilation = _compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, ParseOptions, path));

    public void WriteCode(string source) =>
        _compilation = _compilation.ReplaceSyntaxTree(
            _compilation.SyntaxTrees[0],
            CSharpSyntaxTree.ParseText(source, ParseOptions, "/app/Program.cs")
        );

    public void SetOption(string name, string value)
    {
        _options = new(_options) { [name] = value };
        _driver = _driver.WithUpdatedAnalyzerConfigOptions(new Options(_options));
    }

    /// <summary>Shows paths in a folder as others, as <c>PathMap</c> does.</summary>
    public void MapPaths(string folder, string shown) =>
        _compilation = _compilation.WithOptions(
            _compilation
                .Options.WithDeterministic(true)
                .WithSourceReferenceResolver(new SourceFileResolver([], folder, [new($"{folder}/", $"{shown}/")]))
        );

    /// <summary>Makes it a program with statements at its top.</summary>
    public void BecomeAProgram() =>
        _compilation = _compilation.WithOptions(_compilation.Options.WithOutputKind(OutputKind.ConsoleApplication));

    /// <summary>Silences a warning as <c>NoWarn</c> does.</summary>
    public void Silence(string id) =>
        _compilation = _compilation.WithOptions(_compilation.Options.WithSpecificDiagnosticOptions([new(id, ReportDiagnostic.Suppress)]));

    /// <summary>Runs the generators and compiles all; of the first one the steps are told.</summary>
    public Build Run()
    {
        _driver = _driver.RunGeneratorsAndUpdateCompilation(_compilation, out var output, out var diagnostics);
        return new Build(_driver.GetRunResult().Results[0], output, diagnostics);
    }

    /// <summary>Runs all generators and gives what they report in source, in the order of its places.</summary>
    public ImmutableArray<Diagnostic> Analyze()
    {
        CSharpGeneratorDriver
            .Create(
                [
                    new SpecGenerator().AsSourceGenerator(),
                    new ClassGenerator().AsSourceGenerator(),
                    new RecipeGenerator().AsSourceGenerator(),
                ],
                _specs.Values,
                ParseOptions,
                new Options(_options)
            )
            .RunGeneratorsAndUpdateCompilation(_compilation, out _, out var diagnostics);
        return
        [
            .. diagnostics
                .Where(static diagnostic => diagnostic.Location.IsInSource && !diagnostic.IsSuppressed)
                .OrderBy(static diagnostic => diagnostic.Location.SourceSpan.Start)
                .ThenBy(static diagnostic => diagnostic.Id, StringComparer.Ordinal),
        ];
    }

    private sealed class Spec(string path, Func<SourceText?> read) : AdditionalText
    {
        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => read();
    }

    private sealed class Options(IReadOnlyDictionary<string, string> values) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(values);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Values(IReadOnlyDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}

/// <summary>What one build gave.</summary>
/// <param name="Result">The generator's own result, with its steps.</param>
/// <param name="Output">The project with what was generated.</param>
/// <param name="Diagnostics">What the generator reported, as far as the project's settings let it through.</param>
internal sealed record Build(GeneratorRunResult Result, Compilation Output, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>The generated files by name.</summary>
    public IReadOnlyDictionary<string, string> Sources =>
        Result.GeneratedSources.ToDictionary(static source => source.HintName, static source => source.SourceText.ToString());

    /// <summary>Why each output of a step was made or not, in order.</summary>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string step) =>
        [.. Result.TrackedSteps[step].SelectMany(static run => run.Outputs).Select(static output => output.Reason)];

    /// <summary>Why each thing handed to the compiler was made or not: sources first, then diagnostics.</summary>
    public IReadOnlyList<IncrementalStepRunReason> OutputReasons =>
        [
            .. Result
                .TrackedOutputSteps.Values.SelectMany(static runs => runs)
                .SelectMany(static run => run.Outputs)
                .Select(static output => output.Reason),
        ];

    /// <summary>What the compiler has to say about all of it.</summary>
    public IReadOnlyList<string> CompilerDiagnostics =>
        [
            .. Output
                .GetDiagnostics()
                .Where(static diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden)
                .Select(static diagnostic => diagnostic.ToString()),
        ];
}
