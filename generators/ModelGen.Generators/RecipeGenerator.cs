using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Spec;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Recipes;
using ModelGen.Generators.Specs;

namespace ModelGen.Generators;

/// <summary>
/// Turns every <c>*.run.yaml</c> of a project, and every class with <c>[Recipe]</c>, into a class that says how its model is trained. This
/// is only wiring: the stages are the compiler's.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class RecipeGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context
            .AdditionalTextsProvider.Where(static text => RecipeSource.IsRecipe(text.Path))
            .Select(static (text, cancellation) => RecipeSource.Read(text, cancellation))
            .WithTrackingName(Steps.Parse);
        var classes = context
            .SyntaxProvider.ForAttributeWithMetadataName(
                RuntimeAttributes.FullName(RuntimeAttributes.Recipe),
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellation) => RecipeReader.Read((INamedTypeSymbol)found.TargetSymbol, cancellation)
            )
            .Where(static source => source is not null)
            .Select(static (source, _) => source!)
            .WithTrackingName(Steps.Class);
        var isWanted = files.Collect().Combine(classes.Collect()).Select(static (pair, _) => pair.Left.Length + pair.Right.Length > 0);
        var models = Models(context, isWanted).WithTrackingName(Steps.Models);
        var rootNamespace = SpecGenerator.RootNamespace(context);

        // From here on a recipe has no positions and only the model that it trains, so that neither moving it within its file nor changing
        // another model has any effect.
        var codeOfFiles = Code(files, models, rootNamespace, context.CompilationProvider);
        var codeOfClasses = Code(classes, models, rootNamespace, context.CompilationProvider);
        var all = codeOfFiles
            .Collect()
            .Combine(codeOfClasses.Collect())
            .Select(static (pair, _) => new EquatableArray<RecipeCode>(pair.Left.AddRange(pair.Right)));
        Register(context, files, all, models, areFiles: true);
        Register(context, classes, all, models, areFiles: false);
    }

    // The models of the project, without places; where there is no recipe, no file is read.
    private static IncrementalValueProvider<EquatableArray<ProjectModel>> Models(
        IncrementalGeneratorInitializationContext context,
        IncrementalValueProvider<bool> isWanted
    )
    {
        var ofFiles = SpecGenerator
            .Specs(context.AdditionalTextsProvider.Combine(isWanted).Where(static pair => pair.Right).Select(static (pair, _) => pair.Left))
            .Select(static (file, _) => new Model(file.Path, ProjectModels.Sound(file.Parsed)))
            .Combine(
                SpecGenerator
                    .RootNamespace(context)
                    .Combine(SpecGenerator.Folder(context))
                    .Combine(SpecGenerator.Bindings(SpecGenerator.BoundClasses(context)))
            )
            .Select(static (pair, _) => BoundModel.Create(pair.Left, pair.Right.Left.Left, pair.Right.Left.Right, pair.Right.Right))
            .Collect()
            .Select(static (all, _) => new EquatableArray<ProjectModel>(ProjectModels.OfFiles(all)));
        var ofClasses = ClassGenerator
            .Classes(context)
            .Select(static (model, _) => ProjectModels.OfClass(model))
            .Collect()
            .Select(static (all, _) => new EquatableArray<ProjectModel>(all));
        return ofFiles.Combine(ofClasses).Select(static (pair, _) => new EquatableArray<ProjectModel>(pair.Left.Concat(pair.Right)));
    }

    private static IncrementalValuesProvider<RecipeCode> Code(
        IncrementalValuesProvider<RecipeSource> sources,
        IncrementalValueProvider<EquatableArray<ProjectModel>> models,
        IncrementalValueProvider<string> rootNamespace,
        IncrementalValueProvider<Compilation> compilation
    ) =>
        sources
            .Combine(models.Combine(rootNamespace))
            .Select(static (pair, _) => BoundRecipe.Create(pair.Left, pair.Right.Left, pair.Right.Right))
            .WithTrackingName(Steps.Recipe)
            .Combine(compilation)
            .Select(static (pair, cancellation) => pair.Left.In(pair.Right, cancellation))
            .Select(static (bound, _) => RecipeCode.Generate(bound))
            .WithTrackingName(Steps.Code);

    private static void Register(
        IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<RecipeSource> sources,
        IncrementalValueProvider<EquatableArray<RecipeCode>> all,
        IncrementalValueProvider<EquatableArray<ProjectModel>> models,
        bool areFiles
    )
    {
        var units = sources
            .Combine(all.Combine(models))
            .Select(static (pair, _) => RecipeUnit.Create(pair.Left, pair.Right.Left, pair.Right.Right))
            .WithTrackingName(Steps.Unit);
        context.RegisterSourceOutput(units.Select(static (unit, _) => unit.File).WithTrackingName(Steps.Source), static (output, file) =>
            file.AddTo(output)
        );
        var reports = units.Select(static (unit, _) => unit.Report).WithTrackingName(Steps.Report);
        if (areFiles)
        {
            context.RegisterSourceOutput(reports, static (output, report) => report.AddTo(output));
        }
        else
        {
            ClassGenerator.Register(context, reports.Where(static report => report.Diagnostics.Count > 0));
        }
    }

    /// <summary>The names of the steps, for tests of what is recomputed.</summary>
    internal static class Steps
    {
        public const string Parse = "RecipeParse";
        public const string Class = "RecipeClass";
        public const string Models = nameof(Models);
        public const string Recipe = nameof(Recipe);
        public const string Code = "RecipeCode";
        public const string Unit = "RecipeUnit";
        public const string Source = "RecipeSource";
        public const string Report = "RecipeReport";
    }
}
