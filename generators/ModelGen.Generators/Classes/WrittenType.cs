using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelGen.Generators.Classes;

/// <summary>Types as they are written, before the compiler knows what they mean.</summary>
internal static class WrittenType
{
    /// <summary>The name of a type without its namespace, its type arguments and '?'; arrays and the like as they are written.</summary>
    public static string LastName(TypeSyntax? type) =>
        type switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            NullableTypeSyntax nullable => LastName(nullable.ElementType),
            _ => type?.ToString() ?? "",
        };
}
