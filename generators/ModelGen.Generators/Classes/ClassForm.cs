using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler.Collections;

namespace ModelGen.Generators.Classes;

/// <summary>Checks whether declarations can have another part, which ModelGen writes.</summary>
internal static class ClassForm
{
    // The runtime's namespace with the base classes of all models.
    private const string BaseClasses = "ModelGen.Models";

    /// <summary>Why a class cannot be a model; null where it can.</summary>
    /// <param name="type">The class.</param>
    /// <param name="baseClass">The base class of its family; null where the family is not known.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static string? Problem(INamedTypeSymbol type, string? baseClass, CancellationToken cancellation) =>
        type.IsStatic ? "it is static"
        : RecipeProblem(type, cancellation) is { } problem ? problem
        : HasOwnBase(type, baseClass) ? BaseProblem(type.BaseType!.Name)
        : Declarations(type, cancellation).Any(HasOwnConstructor)
            ? "it has a constructor of its own; let it call the generated one, as in ': this(device)'"
        : null;

    /// <summary>Why a class with a base class of its own cannot be a model.</summary>
    public static string BaseProblem(string own) => $"it has the base class '{own}', and a model has the base class of its family";

    /// <summary>Why a class cannot be a recipe, which is static; null where it can.</summary>
    public static string? RecipeProblem(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.ContainingType is { } outer ? $"it is nested in '{outer.Name}'; declare it in a namespace"
        : type.TypeParameters.Length > 0 ? "it has type parameters"
        : type.IsRecord ? "it is a record; declare a class"
        : type.TypeKind != TypeKind.Class ? $"it is {(type.TypeKind == TypeKind.Struct ? "a struct" : "an interface")}; declare a class"
        : type.IsFileLocal ? "it is local to its file, and the generated part is in another"
        : Declarations(type, cancellation).Any(static declaration => declaration.Modifiers.Any(SyntaxKind.AbstractKeyword))
            ? "it is abstract"
        : !IsPartial(type, cancellation) ? "it must be partial"
        : null;

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
            Space(type.ContainingNamespace),
            string.Join(".", Around(type).Select(static part => part.MetadataName)),
            SyntaxFacts.GetText(type.DeclaredAccessibility)
        );

    /// <summary>The heads of the declarations that a part of the class is written in; none where it can have no other part.</summary>
    public static EquatableArray<string> Frame(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var around = Around(type).ToList();
        return around.Any(part => part.IsFileLocal || !IsPartial(part, cancellation))
            ? default
            : new EquatableArray<string>(
                around.Select(static part =>
                    $"partial {Kind(part)} {Escaped(part.Name)}"
                    + (part.TypeParameters.Length == 0 ? "" : $"<{string.Join(", ", part.TypeParameters.Select(Parameter))}>")
                )
            );
    }

    private static string Kind(INamedTypeSymbol type) =>
        (type.IsRecord, type.TypeKind) switch
        {
            (true, TypeKind.Struct) => "record struct",
            (true, _) => "record",
            (_, TypeKind.Struct) => "struct",
            (_, TypeKind.Interface) => "interface",
            _ => "class",
        };

    /// <summary>A name as C# reads it as one: some words have a meaning only where a type or a member is declared.</summary>
    public static string Escaped(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None
            ? name
            : "@" + name;

    private static string Parameter(ITypeParameterSymbol parameter) =>
        parameter.Variance switch
        {
            VarianceKind.In => "in ",
            VarianceKind.Out => "out ",
            _ => "",
        } + Escaped(parameter.Name);

    // As a project's root namespace is given: without the signs that escape keywords.
    private static string Space(INamespaceSymbol space) =>
        space.IsGlobalNamespace ? ""
        : space.ContainingNamespace.IsGlobalNamespace ? space.Name
        : $"{Space(space.ContainingNamespace)}.{space.Name}";

    // The types that contain it, outermost first, and itself.
    private static IEnumerable<INamedTypeSymbol> Around(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? Around(outer).Append(type) : [type];

    private static IEnumerable<TypeDeclarationSyntax> Declarations(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>();

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation) =>
        Declarations(type, cancellation).All(static declaration => declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    /// <summary>The base class that a class names; null where it names none, or one that does not exist, which C# itself reports.</summary>
    public static INamedTypeSymbol? OwnBase(INamedTypeSymbol type) =>
        type.BaseType is { SpecialType: not SpecialType.System_Object, TypeKind: not TypeKind.Error } own ? own : null;

    private static bool HasOwnBase(INamedTypeSymbol type, string? baseClass) =>
        OwnBase(type) is { } own
        && (own.ContainingNamespace.ToDisplayString() != BaseClasses || (baseClass is not null && own.Name != baseClass));

    private static bool HasOwnConstructor(TypeDeclarationSyntax declaration) =>
        declaration.ParameterList is not null
        || declaration
            .Members.OfType<ConstructorDeclarationSyntax>()
            .Any(static constructor =>
                !constructor.Modifiers.Any(SyntaxKind.StaticKeyword)
                && constructor.Initializer?.IsKind(SyntaxKind.ThisConstructorInitializer) != true
            );
}
