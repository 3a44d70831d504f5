using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;
using ModelGen.Compiler.Words.Layers;
using Diagnostic = ModelGen.Compiler.Diagnostics.Diagnostic;

namespace ModelGen.Generators.Classes;

/// <summary>Reads a class with attributes as the nodes of a spec, and reports mistakes in how they are written.</summary>
internal sealed class ClassReader
{
    private readonly INamedTypeSymbol _type;
    private readonly CancellationToken _cancellation;
    private readonly AttributeSyntax _familySyntax;
    private readonly Family _family;
    private readonly KeyReader _keys;
    private readonly Places _places;
    private readonly DiagnosticBag _diagnostics = new();
    private readonly ArgumentReader _arguments;
    private readonly List<IPropertySymbol> _properties;

    private ClassReader(INamedTypeSymbol type, AttributeSyntax syntax, Family family, CancellationToken cancellation)
    {
        (_type, _familySyntax, _family, _cancellation) = (type, syntax, family, cancellation);
        _places = new Places(syntax.SyntaxTree);
        _arguments = new ArgumentReader(_places, _diagnostics);
        _keys = new KeyReader(
            _places,
            _diagnostics,
            _arguments,
            [.. FamilyKey.Of(family)],
            $"a model of the family '{family.Word}'",
            $"the family of '{type.Name}'"
        );
        _properties =
        [
            .. type.GetMembers()
                .OfType<IPropertySymbol>()
                .Where(RuntimeAttributes.ListsLayers)
                .OrderBy(static property => property.Locations[0].SourceSpan.Start),
        ];
    }

    /// <summary>The model of a class; null where the class is not one.</summary>
    public static ClassModel? Read(INamedTypeSymbol type, CancellationToken cancellation) =>
        RuntimeAttributes.FamilyOf(type) is { } attribute
        && attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is AttributeSyntax syntax
            ? new ClassReader(
                type,
                syntax,
                (Family)RuntimeAttributes.Find(attribute, AttributeRole.Family)!.Definition!,
                cancellation
            ).Read(attribute)
            : null;

    private ClassModel Read(AttributeData family)
    {
        if (ClassForm.Problem(_type, _family.BaseClass, _cancellation) is { } problem)
        {
            _diagnostics.Report(Rules.ClassForm, _places.Of(Identifier()), _type.Name, problem);
        }

        var root = new KeyTree("", _places.Of(_familySyntax));
        AddFamily(root, family);
        foreach (var attribute in _type.GetAttributes().Where(attribute => attribute != family))
        {
            AddKey(root, attribute);
        }

        var lists = AddLayers(root);
        var parsed = _keys.IsUnreadable
            ? new ParsedSpec(null, SourceMap.None, _diagnostics.ToArray())
            : Explained(SpecCompiler.Parse(root.ToNode(), _diagnostics));
        return new ClassModel(
            _familySyntax.SyntaxTree.FilePath,
            ClassForm.Class(_type),
            parsed,
            new LayerLists(ClassForm.Frame(_type, _cancellation), lists),
            new EquatableArray<OwnMember>(OwnMembers.Of(_type, _cancellation).Select(Own))
        );
    }

    private OwnMember Own((string Signature, SyntaxToken Name) member) =>
        new(
            member.Signature,
            _properties.Any(list => list.Name == member.Signature),
            member.Name.SyntaxTree!.FilePath,
            new Places(member.Name.SyntaxTree).Of(member.Name)
        );

    private SyntaxToken Identifier() => ((BaseTypeDeclarationSyntax)_familySyntax.Parent!.Parent!).Identifier;

    private void AddFamily(KeyTree root, AttributeData attribute)
    {
        var (name, word) = (_places.Of(Identifier()), _places.Of(_familySyntax.Name));
        root.Add(Word(CommonKey.Model.Name, name, _type.Name, name, isQuoted: true));
        root.Add(Word(CommonKey.Family.Name, word, _family.Word, word, isQuoted: false));
        _keys.AddArguments(root, "", attribute, _familySyntax, AttributeCatalogue.Find(_family));
    }

    // Adds a word, or a group of keys, from the class.
    private void AddKey(KeyTree root, AttributeData attribute)
    {
        if (
            RuntimeAttributes.NameOf(attribute) is not { } name
            || attribute.ApplicationSyntaxReference?.GetSyntax(_cancellation) is not AttributeSyntax syntax
        )
        {
            return;
        }

        if (RuntimeAttributes.Find(attribute, AttributeRole.Family) is not null)
        {
            _diagnostics.Report(Rules.SeveralFamilies, _places.Of(syntax.Name), _type.Name, _family.Word);
        }
        else if (name is RuntimeAttributes.Model or RuntimeAttributes.Recipe)
        {
            _diagnostics.Report(
                Rules.UnreadAttribute,
                _places.Of(syntax.Name),
                name,
                $"the class is already a model of the family '{_family.Word}'"
            );
        }
        else
        {
            _keys.Add(root, attribute, syntax);
        }
    }

    private EquatableArray<LayerListPart> AddLayers(KeyTree root)
    {
        var parts = new List<LayerListPart>();
        foreach (var property in _properties)
        {
            var declaration = property
                .DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(_cancellation))
                .OfType<PropertyDeclarationSyntax>()
                .FirstOrDefault();
            if (ClassForm.Problem(property, declaration) is { } problem)
            {
                _diagnostics.Report(
                    Rules.LayerListForm,
                    declaration is null ? _places.Of(Identifier()) : _places.Of(declaration.Identifier),
                    property.Name,
                    problem
                );
            }
            else if (_keys.IsHere(declaration!.Identifier, $"'{property.Name}'"))
            {
                var words = property
                    .GetAttributes()
                    .Where(RuntimeAttributes.IsLayer)
                    .Select(static attribute =>
                        RuntimeAttributes.Find(attribute, AttributeRole.Layer)?.Word
                        ?? BlockNames.Of(attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "")
                    );
                parts.Add(new LayerListPart(declaration!.Modifiers.ToString(), property.Name, new EquatableArray<string>(words)));
            }
        }

        var layers = new LayerReader(_places, _diagnostics, _arguments, _properties, _cancellation);
        var roles = _keys.Roles;
        foreach (var property in _properties)
        {
            if (roles.FirstOrDefault(role => _keys.RoleName(role) == property.Name) is { } role)
            {
                var place = layers.Place(property);
                root.Group(KeyReader.Parent(role.Path), place)
                    .Add(new Entry(new ScalarNode(place, role.Parameter.Name, isQuoted: false), layers.List(property)));
            }
        }

        if (layers.Blocks(_places.Of(_familySyntax)) is { } blocks)
        {
            root.Add(new Entry(new ScalarNode(blocks.Span, CommonKey.Blocks.Name, isQuoted: false), blocks));
        }

        // A list that is unused only because of another mistake is not reported.
        if (_diagnostics.Count == 0)
        {
            foreach (var property in _properties.Except(layers.Used, SymbolEqualityComparer.Default).OfType<IPropertySymbol>())
            {
                _diagnostics.Report(
                    Rules.UnusedLayers,
                    layers.Place(property),
                    property.Name,
                    string.Join(", ", roles.Select(_keys.RoleName))
                );
            }
        }

        return new EquatableArray<LayerListPart>(parts);
    }

    private ParsedSpec Explained(ParsedSpec parsed) => parsed with { Diagnostics = _keys.Explained(parsed.Diagnostics) };

    private static Entry Word(string key, SourceSpan keyPlace, string text, SourceSpan place, bool isQuoted) =>
        new(new ScalarNode(keyPlace, key, isQuoted: false), new ScalarNode(place, text, isQuoted));
}
