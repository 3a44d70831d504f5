using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Words;

namespace ModelGen.Generators.Classes;

/// <summary>Recognises the attributes of the runtime.</summary>
internal static class RuntimeAttributes
{
    /// <summary>The attribute that binds a class to a spec.</summary>
    public const string Model = "Model";

    /// <summary>The attribute that makes a class a recipe.</summary>
    public const string Recipe = "Recipe";

    /// <summary>The attribute that uses a list of layers as a block.</summary>
    public const string Use = "Use";

    /// <summary>The type of a property that lists layers.</summary>
    public const string LayerList = "LayerList";

    private const string Suffix = "Attribute";

    /// <summary>The full name of an attribute's class.</summary>
    public static string FullName(string name) => $"{AttributeClass.Namespace}.{name}{Suffix}";

    /// <summary>The name of a runtime attribute without its suffix; null for any other attribute.</summary>
    public static string? NameOf(AttributeData attribute) =>
        attribute.AttributeClass is { } type && IsRuntime(type) && type.Name.EndsWith(Suffix, StringComparison.Ordinal)
            ? type.Name.Substring(0, type.Name.Length - Suffix.Length)
            : null;

    /// <summary>Whether an attribute as written, with or without its suffix, has the name of a layer or a key.</summary>
    public static bool IsKnown(string written)
    {
        var name = written.EndsWith(Suffix, StringComparison.Ordinal) ? written.Substring(0, written.Length - Suffix.Length) : written;
        return name == Use || AttributeCatalogue.Find(name) is not null;
    }

    /// <summary>The catalogue's entry for an attribute, if it has the role.</summary>
    public static AttributeClass? Find(AttributeData attribute, AttributeRole role) =>
        NameOf(attribute) is { } name && AttributeCatalogue.Find(name) is { } found && found.Role == role ? found : null;

    /// <summary>The attribute that makes a class a model; null where it has none.</summary>
    public static AttributeData? FamilyOf(INamedTypeSymbol type) =>
        type.GetAttributes().FirstOrDefault(static attribute => Find(attribute, AttributeRole.Family) is not null);

    /// <summary>The attribute that makes a class a recipe; null where it has none, or is a model.</summary>
    public static AttributeData? RecipeOf(INamedTypeSymbol type) => FamilyOf(type) is null ? Named(type, Recipe) : null;

    /// <summary>The attribute that binds a class to a spec; null where it has none, has its own family, or is a recipe.</summary>
    public static AttributeData? ModelOf(INamedTypeSymbol type) =>
        FamilyOf(type) is null && RecipeOf(type) is null ? Named(type, Model) : null;

    /// <summary>Whether an attribute is an entry of a list of layers.</summary>
    public static bool IsLayer(AttributeData attribute) => NameOf(attribute) == Use || Find(attribute, AttributeRole.Layer) is not null;

    /// <summary>Whether a property lists layers, or tries to.</summary>
    public static bool ListsLayers(IPropertySymbol property) => IsLayerList(property.Type) || property.GetAttributes().Any(IsLayer);

    /// <summary>Whether a type is that of lists of layers.</summary>
    public static bool IsLayerList(ITypeSymbol type) => type.Name == LayerList && IsRuntime(type);

    private static AttributeData? Named(INamedTypeSymbol type, string name) =>
        type.GetAttributes().FirstOrDefault(attribute => NameOf(attribute) == name);

    private static bool IsRuntime(ITypeSymbol type) =>
        type.ContainingType is null
        && type.ContainingNamespace is { Name: AttributeClass.Namespace, ContainingNamespace.IsGlobalNamespace: true };
}
