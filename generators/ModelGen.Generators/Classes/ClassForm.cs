using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelGen.Generators.Classes;

/// <summary>Checks whether declarations can have another part, which ModelGen writes.</summary>
internal static class ClassForm
{
    /// <summary>Why a class cannot be a model; null where it can.</summary>
    public static string? Problem(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.IsStatic ? "it is static" : RecipeProblem(type, cancellation);

    /// <summary>Why a class cannot be a recipe, which is static; null where it can.</summary>
    public static string? RecipeProblem(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var declarations = type
            .DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation))
            .OfType<TypeDeclarationSyntax>()
            .ToList();
        return type.ContainingType is { } outer ? $"it is nested in '{outer.Name}'; declare it in a namespace"
            : type.TypeParameters.Length > 0 ? "it has type parameters"
            : type.IsRecord ? "it is a record; declare a class"
            : type.IsFileLocal ? "it is local to its file, and the generated part is in another"
            : declarations.Any(static declaration => declaration.Modifiers.Any(SyntaxKind.AbstractKeyword)) ? "it is abstract"
            : declarations.Any(static declaration => !declaration.Modifiers.Any(SyntaxKind.PartialKeyword)) ? "it must be partial"
            : null;
    }

    /// <summary>Why a property cannot list layers; null where it can.</summary>
    public static string? Problem(IPropertySymbol property, PropertyDeclarationSyntax? declaration) =>
        declaration is null ? "it is not an ordinary property"
        : !RuntimeAttributes.IsLayerList(property.Type) || property.NullableAnnotation == NullableAnnotation.Annotated
            ? "its type must be LayerList"
        : !declaration.Modifiers.Any(SyntaxKind.PartialKeyword) ? "it must be partial"
        : property.SetMethod is not null ? "it must have only a getter"
        : null;

    /// <summary>The class as generated code declares its part of it.</summary>
    public static PartialClass Class(INamedTypeSymbol type) =>
        new(
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(),
            type.Name,
            SyntaxFacts.GetText(type.DeclaredAccessibility)
        );
}
