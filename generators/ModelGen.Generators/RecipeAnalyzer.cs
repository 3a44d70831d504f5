using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler;
using ModelGen.Compiler.Spec;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Recipes;
using ModelGen.Generators.Reporting;
using ModelGen.Generators.Specs;

namespace ModelGen.Generators;

/// <summary>
/// Reports mistakes in recipes that are written as attributes, so that settings and pragmas work as for every other diagnostic.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RecipeAnalyzer : DiagnosticAnalyzer
{
    // The runtime's namespace with the base classes of all models.
    private const string BaseClasses = "ModelGen.Models";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.AllInAttributes;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (
            type.TypeKind != TypeKind.Class
            || RecipeReader.AttributeOf(type) is not { } attribute
            || RecipeReader.Read(type, context.CancellationToken) is not { } source
        )
        {
            return;
        }

        // C# itself reports a type that does not exist.
        var chosen = attribute.ConstructorArguments.FirstOrDefault().Value is INamedTypeSymbol { TypeKind: not TypeKind.Error } model
            ? RecipeCompiler.Choose(source.Readings, Find(context, model) is { } found ? [found] : All(context))
            : new ChosenRecipe(source.Readings.For(null).Spec, null, null);
        var generated = RecipeCompiler.Generate(chosen, source.Class!.Namespace, source.Class.Accessibility);
        var tree = attribute.ApplicationSyntaxReference!.SyntaxTree;
        foreach (var diagnostic in RecipeCompiler.Diagnostics(source.Readings.For(chosen.Spec?.Family), generated))
        {
            context.ReportDiagnostic(
                Diagnostic.Create(
                    Descriptors.InAttributes[diagnostic.Rule],
                    Location.Create(tree, new TextSpan(diagnostic.Span.Start, diagnostic.Span.Length)),
                    diagnostic.Message
                )
            );
        }
    }

    // The model that a class defines, by its attributes or by its spec.
    private static ProjectModel? Find(SymbolAnalysisContext context, INamedTypeSymbol model)
    {
        if (ClassReader.Read(model, context.CancellationToken) is { } read)
        {
            return ProjectModels.OfClass(read);
        }

        // A class that merely has a model's name is not a model.
        if (SpecBinding.AttributeOf(model) is null && model.BaseType?.ContainingNamespace.ToDisplayString() != BaseClasses)
        {
            return null;
        }

        var own = ClassForm.Class(model);
        return Specs(context).FirstOrDefault(spec => spec.Name == model.Name) is { } spec
            ? new ProjectModel(own.Namespace, own.Name, own.Accessibility, spec)
            : null;
    }

    // All models that may be meant.
    private static IReadOnlyList<ProjectModel> All(SymbolAnalysisContext context) =>
        [
            .. Specs(context).Select(static spec => new ProjectModel("", spec.Name, "", spec)),
            .. Types(context.Compilation.Assembly.GlobalNamespace)
                .Where(static type => ClassReader.FamilyOf(type) is not null)
                .Select(ClassForm.Class)
                .Select(static own => new ProjectModel(own.Namespace, own.Name, own.Accessibility, null)),
        ];

    private static IEnumerable<ModelSpec> Specs(SymbolAnalysisContext context) =>
        context
            .Options.AdditionalFiles.Where(static file => file.Path.EndsWith(SpecGenerator.SpecSuffix, StringComparison.Ordinal))
            .OrderBy(static file => file.Path, StringComparer.Ordinal)
            .Select(file => ProjectModels.Sound(SpecFile.Read(file, context.CancellationToken).Parsed))
            .Where(static spec => spec is not null)
            .Select(static spec => spec!);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(Types));
}
