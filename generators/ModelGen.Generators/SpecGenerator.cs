using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Reporting;
using ModelGen.Generators.Specs;

namespace ModelGen.Generators;

/// <summary>
/// Turns every <c>*.model.yaml</c> of a project into a typed TorchSharp model. This is only wiring: the stages are the compiler's.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SpecGenerator : IIncrementalGenerator
{
    /// <summary>The option that holds the project's folder.</summary>
    internal const string ProjectFolder = "build_property.ProjectDir";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var rootNamespace = RootNamespace(context);
        var projectFolder = Folder(context);
        var classes = BoundClasses(context);
        var bindings = Bindings(classes);
        var parsed = Specs(context.AdditionalTextsProvider);

        // From here on a model has no positions, so that moving it within its file changes nothing.
        var models = parsed.Select(static (file, _) => new Model(file.Path, file.Parsed.Spec)).WithTrackingName(Steps.Model);

        // Classes of other specs, which are not in the compilation yet.
        var taken = models
            .Collect()
            .Select(
                static (all, _) =>
                    new EquatableArray<string>(
                        all.Select(static model => model.Spec?.Name ?? "")
                            .Where(ShortNames.All.Contains)
                            .Distinct()
                            .OrderBy(static name => name, StringComparer.Ordinal)
                    )
            );

        var code = models
            .Combine(rootNamespace.Combine(projectFolder).Combine(bindings))
            .Select(static (pair, _) => BoundModel.Create(pair.Left, pair.Right.Left.Left, pair.Right.Left.Right, pair.Right.Right))
            .WithTrackingName(Steps.BoundModel)
            .Combine(taken.Combine(context.CompilationProvider))
            .Select(
                static (pair, cancellation) =>
                {
                    var spec = pair.Left.Model.Spec;
                    var around = Surroundings.Of(
                        pair.Right.Right,
                        pair.Left.Namespace,
                        spec?.Name ?? "",
                        spec is null ? null : Family.Of(spec).BaseClass,
                        cancellation
                    );
                    return new PlacedModel(
                        pair.Left,
                        around with
                        {
                            Hidden = new(around.Hidden.Union(pair.Right.Left)),
                        },
                        OwnTypeCheck.Of(
                            pair.Right.Right,
                            pair.Left.Namespace,
                            pair.Left.Accessibility,
                            spec is null ? [] : OwnType.Of(spec),
                            cancellation
                        )
                    );
                }
            )
            .WithTrackingName(Steps.PlacedModel)
            .Select(static (placed, _) => ModelCode.Generate(placed))
            .WithTrackingName(Steps.Code);

        // Here the code is combined with the places of its file again. What does not concern a file is dropped, so that a change in another
        // file goes no further.
        var allCode = code.Collect().Select(static (all, _) => new ProjectCode(all));
        var units = parsed.Combine(allCode).Select(static (pair, _) => SpecUnit.Create(pair.Left, pair.Right)).WithTrackingName(Steps.Unit);

        var sources = units
            .Combine(MappedPaths.Resolver(context))
            .Select(static (pair, _) => SourceFile.Create(pair.Left, pair.Right))
            .WithTrackingName(Steps.Source);

        var reports = units
            .Combine(KnownFiles(context))
            .Select(static (pair, _) => pair.Left.Report(pair.Right))
            .WithTrackingName(Steps.Report);

        var unbound = classes
            .Combine(models.Collect().Combine(bindings).Combine(projectFolder))
            .Select(static (pair, _) => pair.Left.Report(pair.Right.Left.Left, pair.Right.Left.Right, pair.Right.Right))
            .Where(static report => report is not null)
            .Select(static (report, _) => report!);

        context.RegisterSourceOutput(sources, static (output, source) => source.AddTo(output));
        context.RegisterSourceOutput(reports, static (output, report) => report.AddTo(output));
        ClassGenerator.Register(context, unbound);
    }

    /// <summary>The namespace of classes whose files do not specify one.</summary>
    internal static IncrementalValueProvider<string> RootNamespace(IncrementalGeneratorInitializationContext context) =>
        context
            .AnalyzerConfigOptionsProvider.Select(
                static (options, _) => options.GlobalOptions.TryGetValue("build_property.RootNamespace", out var name) ? name : ""
            )
            .WithTrackingName(Steps.RootNamespace);

    /// <summary>The project's folder.</summary>
    internal static IncrementalValueProvider<string> Folder(IncrementalGeneratorInitializationContext context) =>
        context.AnalyzerConfigOptionsProvider.Select(
            static (options, _) => options.GlobalOptions.TryGetValue(ProjectFolder, out var folder) ? folder : ""
        );

    /// <summary>What the build knows of files that models may name.</summary>
    internal static IncrementalValueProvider<KnownFiles> KnownFiles(IncrementalGeneratorInitializationContext context) =>
        context
            .AdditionalTextsProvider.Where(static text => text.Path.EndsWith(FileFacts.Extension, StringComparison.Ordinal))
            .Select(static (text, cancellation) => FileFacts.Parse(text.GetText(cancellation)?.ToString() ?? ""))
            .Collect()
            .Combine(Folder(context))
            .Select(static (pair, _) => new KnownFiles(pair.Right, new EquatableArray<FileFacts>(pair.Left.OfType<FileFacts>())));

    /// <summary>The user's own classes that name specs.</summary>
    internal static IncrementalValuesProvider<BoundClass> BoundClasses(IncrementalGeneratorInitializationContext context) =>
        context
            .SyntaxProvider.ForAttributeWithMetadataName(
                RuntimeAttributes.FullName(RuntimeAttributes.Model),
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellation) => BoundClass.Read((INamedTypeSymbol)found.TargetSymbol, cancellation)
            )
            .Where(static bound => bound is not null)
            .Select(static (bound, _) => bound!);

    /// <summary>The bindings of classes to specs, without places.</summary>
    internal static IncrementalValueProvider<EquatableArray<SpecBinding>> Bindings(IncrementalValuesProvider<BoundClass> classes) =>
        classes
            .Where(static bound => bound.Problem is null)
            .Select(static (bound, _) => bound.Binding)
            .Collect()
            .Select(static (all, _) => new EquatableArray<SpecBinding>(all))
            .WithTrackingName(Steps.Binding);

    /// <summary>The specs among files, as read.</summary>
    internal static IncrementalValuesProvider<SpecFile> Specs(IncrementalValuesProvider<AdditionalText> files) =>
        files
            .Where(static text => SpecFile.IsSpec(text.Path))
            .Select(static (text, cancellation) => SpecFile.Read(text, cancellation))
            .WithTrackingName(Steps.Parse);

    /// <summary>The names of the steps, for tests of what is recomputed.</summary>
    internal static class Steps
    {
        public const string RootNamespace = nameof(RootNamespace);
        public const string Parse = nameof(Parse);
        public const string Model = nameof(Model);
        public const string Binding = nameof(Binding);
        public const string BoundModel = nameof(BoundModel);
        public const string PlacedModel = nameof(PlacedModel);
        public const string Code = nameof(Code);
        public const string Unit = nameof(Unit);
        public const string Source = nameof(Source);
        public const string Report = nameof(Report);
    }
}
