using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Generators.Reporting;

namespace ModelGen.Generators.Classes;

/// <summary>Finds attributes of a model on a class that is none.</summary>
internal static class UnreadAttributes
{
    private static string Example { get; } = AttributeCatalogue.All.First(static attribute => attribute.Role == AttributeRole.Family).Name;

    /// <summary>Whether a declaration may have such attributes, by their names alone.</summary>
    public static bool MayHave(SyntaxNode node) =>
        node is TypeDeclarationSyntax type
        && (
            type.AttributeLists.Any(IsKnown)
            || type.Members.OfType<PropertyDeclarationSyntax>()
                .Any(static property => property.AttributeLists.Any(IsKnown) || IsOpenList(property))
        );

    /// <summary>The mistakes in one declaration of a type; null where there are none.</summary>
    public static Report? Read(GeneratorSyntaxContext context, CancellationToken cancellation)
    {
        var declaration = (TypeDeclarationSyntax)context.Node;
        if (
            context.SemanticModel.GetDeclaredSymbol(declaration, cancellation) is not INamedTypeSymbol type
            || RuntimeAttributes.FamilyOf(type) is not null
        )
        {
            return null;
        }

        var isRecipe = RuntimeAttributes.RecipeOf(type) is not null;
        var reason =
            isRecipe ? "the class is a recipe, whose model has its own layers"
            : RuntimeAttributes.ModelOf(type) is not null ? "the spec already defines the model"
            : $"'{type.Name}' has no family attribute, such as [{Example}]";
        var mistakes = new DiagnosticBag();
        foreach (var attribute in type.GetAttributes())
        {
            if (!isRecipe && RuntimeAttributes.Find(attribute, AttributeRole.Key) is { } key)
            {
                Report(attribute, key.Name);
            }
        }

        foreach (var property in type.GetMembers().OfType<IPropertySymbol>().Where(RuntimeAttributes.ListsLayers))
        {
            if (property.GetAttributes().FirstOrDefault(RuntimeAttributes.IsLayer) is { } attribute)
            {
                Report(attribute, RuntimeAttributes.NameOf(attribute)!);
            }
            else if (
                property.PartialImplementationPart is null
                && declaration.Members.OfType<PropertyDeclarationSyntax>().FirstOrDefault(member => Declares(member, property)) is { } list
            )
            {
                mistakes.Report(Rules.LayerListForm, new Places(list.SyntaxTree).Of(list.Identifier), property.Name, reason);
            }
        }

        return mistakes.Count == 0 ? null : new Report(declaration.SyntaxTree.FilePath, mistakes.Shown());

        static bool Declares(PropertyDeclarationSyntax written, IPropertySymbol property) =>
            IsOpenList(written) && written.Identifier.ValueText == property.Name;

        // Each declaration of the type tells of its own.
        void Report(AttributeData attribute, string name)
        {
            if (
                attribute.ApplicationSyntaxReference is { } written
                && written.SyntaxTree == declaration.SyntaxTree
                && declaration.Span.Contains(written.Span)
                && written.GetSyntax(cancellation) is AttributeSyntax syntax
            )
            {
                mistakes.Report(Rules.UnreadAttribute, new Places(written.SyntaxTree).Of(syntax.Name), name, reason);
            }
        }
    }

    // A list of layers without an implementation, which C# reports too, but not why.
    private static bool IsOpenList(PropertyDeclarationSyntax property) =>
        property.Modifiers.Any(SyntaxKind.PartialKeyword)
        && WrittenType.LastName(property.Type) == RuntimeAttributes.LayerList
        && property.AccessorList?.Accessors.All(static accessor => accessor is { Body: null, ExpressionBody: null }) == true;

    private static bool IsKnown(AttributeListSyntax list) =>
        list.Attributes.Any(static attribute => RuntimeAttributes.IsKnown(WrittenType.LastName(attribute.Name)));
}
