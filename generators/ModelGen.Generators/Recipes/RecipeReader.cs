using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Specs;
using Diagnostic = ModelGen.Compiler.Diagnostics.Diagnostic;

namespace ModelGen.Generators.Recipes;

/// <summary>Reads a class with the attributes of a recipe as the nodes of a recipe, for models of each family.</summary>
internal sealed class RecipeReader
{
    private readonly INamedTypeSymbol _type;
    private readonly AttributeData _attribute;
    private readonly AttributeSyntax _syntax;
    private readonly Places _places;
    private readonly CancellationToken _cancellation;

    private RecipeReader(INamedTypeSymbol type, AttributeData attribute, AttributeSyntax syntax, CancellationToken cancellation)
    {
        (_type, _attribute, _syntax, _cancellation) = (type, attribute, syntax, cancellation);
        _places = new Places(syntax.SyntaxTree);
    }

    /// <summary>The recipe of a class; null where the class is not one.</summary>
    public static RecipeSource? Read(INamedTypeSymbol type, CancellationToken cancellation) =>
        RuntimeAttributes.RecipeOf(type) is { } attribute
        && attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is AttributeSyntax syntax
            ? new RecipeReader(type, attribute, syntax, cancellation).Read()
            : null;

    private RecipeSource Read()
    {
        var all = ClassForm.RecipeProblem(_type, _cancellation) is { } problem
            ? [Malformed(problem)]
            : RecipeCompiler.Families.Select(Read).Prepend(WithoutFamily(default)).ToList();
        return new RecipeSource(
            _syntax.SyntaxTree.FilePath,
            ClassForm.Class(_type),
            new RecipeReadings(new EquatableArray<ParsedRecipe>(all)),
            IsModelMissing: _attribute.ConstructorArguments.FirstOrDefault().Value is not INamedTypeSymbol { TypeKind: not TypeKind.Error }
        );
    }

    private ParsedRecipe Malformed(string problem)
    {
        var diagnostics = new DiagnosticBag();
        diagnostics.Report(Rules.RecipeForm, _places.Of(Identifier()), _type.Name, problem);
        return WithoutFamily(diagnostics.ToArray());
    }

    private ParsedRecipe WithoutFamily(EquatableArray<Diagnostic> diagnostics) =>
        new(new RecipeSpec(_type.Name, ModelName() ?? "", "", null, null, IsComplete: false), OwnPlaces(), diagnostics);

    private ParsedRecipe Read(FamilyWord family)
    {
        var diagnostics = new DiagnosticBag();
        var arguments = new ArgumentReader(_places, diagnostics);
        var keys = new KeyReader(
            _places,
            diagnostics,
            arguments,
            [.. FamilyKey.Of(family.RecipeParameters)],
            $"a recipe for a model of the family '{family.Word}'",
            $"[{RuntimeAttributes.Recipe}] of '{_type.Name}'"
        );
        var root = new KeyTree("", _places.Of(_syntax));
        root.Add(Entry(RecipeKey.Run, Identifier(), _type.Name));
        root.Add(Entry(RecipeKey.Model, Named(), ModelName() ?? ""));
        if (_attribute.NamedArguments.FirstOrDefault(static argument => argument.Key == "Summary").Value.Value is string summary)
        {
            root.Add(Entry(CommonKey.Description, _syntax, summary));
        }

        foreach (var attribute in _type.GetAttributes().Where(attribute => attribute != _attribute))
        {
            if (attribute.ApplicationSyntaxReference?.GetSyntax(_cancellation) is not AttributeSyntax syntax)
            {
                continue;
            }

            if (RuntimeAttributes.NameOf(attribute) == RuntimeAttributes.Model)
            {
                diagnostics.Report(
                    Rules.UnreadAttribute,
                    _places.Of(syntax.Name),
                    RuntimeAttributes.Model,
                    "the class is already a recipe"
                );
            }
            else
            {
                keys.Add(root, attribute, syntax);
            }
        }

        // C# itself reports what it cannot read.
        if (keys.IsUnreadable || ModelName() is null)
        {
            return new ParsedRecipe(
                new RecipeSpec(_type.Name, ModelName() ?? "", "", family, null, IsComplete: false),
                OwnPlaces(),
                diagnostics.ToArray()
            );
        }

        var parsed = RecipeCompiler.Parse(root.ToNode(), family, diagnostics);
        return parsed with { Diagnostics = keys.Explained(parsed.Diagnostics) };
    }

    private SyntaxToken Identifier() => ((BaseTypeDeclarationSyntax)_syntax.Parent!.Parent!).Identifier;

    // The class that typeof names. The classes of specs are not generated yet, so only the written name of one is known.
    private string? ModelName() =>
        _attribute.ConstructorArguments.FirstOrDefault().Value switch
        {
            INamedTypeSymbol { TypeKind: not TypeKind.Error } known => ClassForm.Class(known).FullName,
            _ => Named() is TypeOfExpressionSyntax { Type: { } type } ? type.ToString().Split('.', ':').Last() : null,
        };

    private SyntaxNode Named() =>
        _syntax.ArgumentList?.Arguments.FirstOrDefault(static argument => argument.NameEquals is null)?.Expression ?? (SyntaxNode)_syntax;

    private SourceMap OwnPlaces() =>
        new(
            new LayerPlace(
                _places.Of(Identifier()),
                new EquatableArray<ArgumentPlace>([new ArgumentPlace(RecipeKey.Model.Name, _places.Of(Named()))])
            ),
            default
        );

    private Entry Entry(CommonKey key, SyntaxNodeOrToken place, string text) =>
        new(new ScalarNode(_places.Of(_syntax.Name), key.Name, isQuoted: false), new ScalarNode(_places.Of(place), text, isQuoted: true));
}
