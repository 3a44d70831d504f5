using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp;

namespace ModelGen.Generators.Classes;

/// <summary>The members that a class's own parts declare, and which of them the generated part declares too.</summary>
/// <remarks>
/// A member is told by its name, a method by its name and the last names of its parameters' types: <c>Linear</c>, <c>forward(Tensor)</c>.
/// </remarks>
internal static class OwnMembers
{
    /// <summary>The members of a class's own parts, with the tokens that name them.</summary>
    public static IEnumerable<(string Signature, SyntaxToken Name)> Of(INamedTypeSymbol type, CancellationToken cancellation) =>
        type
            .DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation))
            .OfType<TypeDeclarationSyntax>()
            .SelectMany(static declaration => declaration.Members.SelectMany(Declared));

    /// <summary>Those of a class's own members that its generated part declares too.</summary>
    public static EquatableArray<string> Clashing(EquatableArray<string> own, ModelSources? code)
    {
        if (code is null || own.Count == 0)
        {
            return default;
        }

        // The part is read as C# only here, so that nothing else has to know what it declares.
        var generated = new HashSet<string>(Declared(code.Model).Concat(Declared(code.SourceMap)), StringComparer.Ordinal);
        var names = new HashSet<string>(generated.Select(NameOf), StringComparer.Ordinal);
        return new EquatableArray<string>(
            own.Where(member =>
                    IsMethod(member) ? generated.Contains(member) || generated.Contains(NameOf(member)) : names.Contains(member)
                )
                .Distinct()
        );
    }

    private static IEnumerable<string> Declared(string code) =>
        CSharpSyntaxTree
            .ParseText(code)
            .GetRoot()
            .DescendantNodes(static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<TypeDeclarationSyntax>()
            .SelectMany(static type => type.Members.SelectMany(Declared))
            .Select(static member => member.Signature);

    private static IEnumerable<(string Signature, SyntaxToken Name)> Declared(MemberDeclarationSyntax member) =>
        member switch
        {
            // A method whose interface is named hides nothing.
            MethodDeclarationSyntax { ExplicitInterfaceSpecifier: null } method =>
            [
                (Method(method.Identifier, method.ParameterList), method.Identifier),
            ],
            ConstructorDeclarationSyntax constructor =>
            [
                (Method(constructor.Identifier, constructor.ParameterList), constructor.Identifier),
            ],
            PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null } property =>
            [
                (property.Identifier.ValueText, property.Identifier),
            ],
            EventDeclarationSyntax { ExplicitInterfaceSpecifier: null } happening =>
            [
                (happening.Identifier.ValueText, happening.Identifier),
            ],
            BaseTypeDeclarationSyntax type => [(type.Identifier.ValueText, type.Identifier)],
            DelegateDeclarationSyntax type => [(type.Identifier.ValueText, type.Identifier)],
            BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(static one =>
                (one.Identifier.ValueText, one.Identifier)
            ),
            _ => [],
        };

    private static string Method(SyntaxToken name, ParameterListSyntax parameters) =>
        $"{name.ValueText}({string.Join(",", parameters.Parameters.Select(static parameter => WrittenType.LastName(parameter.Type)))})";

    /// <summary>The name of a member without its parameters.</summary>
    public static string NameOf(string signature) => signature.Split('(')[0];

    private static bool IsMethod(string signature) => signature.EndsWith(")", StringComparison.Ordinal);
}
