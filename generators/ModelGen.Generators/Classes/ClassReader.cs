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

/// <summary>A class with attributes as the nodes of a spec, and what is wrong with how they are written.</summary>
internal sealed class ClassReader
{
    private readonly INamedTypeSymbol _type;
    private readonly CancellationToken _cancellation;
    private readonly AttributeSyntax _familySyntax;
    private readonly Family _family;
    private readonly IReadOnlyList<FamilyKey> _keys;
    private readonly Places _places;
    private readonly DiagnosticBag _diagnostics = new();
    private readonly ArgumentReader _arguments;
    private readonly List<IPropertySymbol> _properties;
    private readonly Dictionary<string, SourceSpan> _filled = new(StringComparer.Ordinal);

    // Whether a key is missing only because nobody knows which one is meant, or because C# cannot read it.
    private bool _isUnreadable;

    private ClassReader(INamedTypeSymbol type, AttributeSyntax syntax, Family family, CancellationToken cancellation)
    {
        (_type, _familySyntax, _family, _cancellation) = (type, syntax, family, cancellation);
        _keys = [.. FamilyKey.Of(family)];
        _places = new Places(syntax.SyntaxTree, syntax.Name.Span);
        _arguments = new ArgumentReader(_places, _diagnostics);
        _properties = [.. type.GetMembers().OfType<IPropertySymbol>().Where(RuntimeAttributes.ListsLayers).OrderBy(property => property.Locations[0].SourceSpan.Start)];
    }

    /// <summary>The attribute that makes a class a model; null where it has none.</summary>
    public static AttributeData? FamilyOf(INamedTypeSymbol type) =>
        type.GetAttributes().FirstOrDefault(attribute => RuntimeAttributes.Find(attribute, AttributeRole.Family) is not null);

    /// <summary>The model of a class; null where it is none.</summary>
    public static ClassModel? Read(INamedTypeSymbol type, CancellationToken cancellation) =>
        FamilyOf(type) is { } attribute && attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is AttributeSyntax syntax
            ? new ClassReader(type, syntax, (Family)RuntimeAttributes.Find(attribute, AttributeRole.Family)!.Definition!, cancellation).Read(attribute)
            : null;

    private ClassModel Read(AttributeData family)
    {
        var (path, model) = (_familySyntax.SyntaxTree.FilePath, ClassForm.Class(_type));
        if (ClassForm.Problem(_type, _cancellation) is { } problem)
        {
            _diagnostics.Report(Rules.ClassForm, _places.Of(Identifier()), _type.Name, problem);
            return new ClassModel(path, model, new ParsedSpec(null, LayerPlaces.None, _diagnostics.ToArray()), default);
        }

        var root = new KeyTree("", _places.Of(_familySyntax));
        AddFamily(root, family);
        foreach (var attribute in _type.GetAttributes().Where(attribute => attribute != family))
        {
            AddKey(root, attribute);
        }

        var lists = AddLayers(root);
        var parsed = _isUnreadable
            ? new ParsedSpec(null, LayerPlaces.None, _diagnostics.ToArray())
            : Explained(SpecCompiler.Parse(root.ToNode(), _diagnostics));
        return new ClassModel(path, model, parsed, lists);
    }

    private SyntaxToken Identifier() => ((BaseTypeDeclarationSyntax)_familySyntax.Parent!.Parent!).Identifier;

    private void AddFamily(KeyTree root, AttributeData attribute)
    {
        var (name, word) = (_places.Of(Identifier()), _places.Of(_familySyntax.Name));
        root.Add(Word(CommonKey.Model.Name, name, _type.Name, name, isQuoted: true));
        root.Add(Word(CommonKey.Family.Name, word, _family.Word, word, isQuoted: false));
        AddArguments(root, "", attribute, _familySyntax, AttributeCatalogue.Find(_family));
    }

    // A word, or a group of keys, on the class.
    private void AddKey(KeyTree root, AttributeData attribute)
    {
        if (RuntimeAttributes.NameOf(attribute) is null || attribute.ApplicationSyntaxReference?.GetSyntax(_cancellation) is not AttributeSyntax syntax)
        {
            return;
        }

        var place = _places.Of(syntax.Name);
        if (RuntimeAttributes.Find(attribute, AttributeRole.Family) is { } second)
        {
            _diagnostics.Report(Rules.SeveralFamilies, place, _type.Name, _family.Word);
        }
        else if (RuntimeAttributes.NameOf(attribute) == RuntimeAttributes.Model)
        {
            _diagnostics.Report(Rules.UnreadAttribute, place, RuntimeAttributes.Model, $"the class is a model of the family '{_family.Word}' already");
        }
        else if (RuntimeAttributes.Find(attribute, AttributeRole.Key) is { } written && IsHere(syntax, $"[{written.Name}]"))
        {
            if (ArgumentReader.IsUnreadable(attribute))
            {
                _isUnreadable = true;
            }
            else if (Key(attribute, syntax, written) is { } key)
            {
                Fill(root, key, attribute, syntax, written);
            }
        }
    }

    // The key that an attribute fills: the one of its group's name, or the one that takes words of its kind.
    private FamilyKey? Key(AttributeData attribute, AttributeSyntax syntax, AttributeClass written)
    {
        var candidates = written.Definition is { } word
            ? _keys.Where(key => key.Parameter.AllowedWords.Any(allowed => allowed.Kind == word.Kind)).ToList()
            : _keys.Where(key => key.Parameter is GroupParameter && key.Parameter.Name == written.Word).ToList();
        var place = _places.Of(syntax.Name);
        if (candidates.Count == 0)
        {
            _diagnostics.Report(Rules.UnreadAttribute, place, written.Name, $"a model of the family '{_family.Word}' takes no {written.Definition?.Kind ?? $"'{written.Word}'"}");
            return null;
        }

        var given = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == nameof(Key));
        if (given.Key is not null)
        {
            var path = given.Value.Value as string ?? "";
            if (candidates.FirstOrDefault(candidate => candidate.Path == path) is { } meant)
            {
                return meant;
            }

            var paths = candidates.Select(candidate => candidate.Path).ToList();
            var nearest = NearestWord.Find(path, paths) is { } near ? $"; did you mean '{near}'?" : "";
            var expression = syntax.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == nameof(Key))?.Expression;
            _isUnreadable = true;
            _diagnostics.Report(Rules.WrongType, expression is null ? place : _places.Of(expression), $"{written.Name}.{nameof(Key)}", $"one of {string.Join(", ", paths)}", $"'{Excerpt.Of(path)}'{nearest}");
            return null;
        }

        // Where only one of the keys takes this very word, it is the one.
        var exact = candidates.Where(candidate => written.Definition is null || candidate.Parameter.AllowedWords.Contains(written.Definition)).ToList();
        candidates = exact.Count == 1 ? exact : candidates;
        if (candidates.Count > 1)
        {
            _isUnreadable = true;
            _diagnostics.Report(Rules.AmbiguousKey, place, written.Name, string.Join(" or ", candidates.Select(candidate => $"'{candidate.Path}'")), candidates[0].Path);
            return null;
        }

        return candidates[0];
    }

    private void Fill(KeyTree root, FamilyKey key, AttributeData attribute, AttributeSyntax syntax, AttributeClass written)
    {
        var place = _places.Of(syntax.Name);
        if (_filled.TryGetValue(key.Path, out var first))
        {
            _diagnostics.Report(Rules.DuplicateKey, place, key.Path, first.Line.ToString(CultureInfo.InvariantCulture));
            return;
        }

        _filled.Add(key.Path, place);
        if (written.Definition is null)
        {
            var group = root.Group(key.Path, place);
            group.MoveTo(place);
            AddArguments(group, key.Path, attribute, syntax, written);
            return;
        }

        var word = new KeyTree("", _places.Of(syntax));
        AddArguments(word, "", attribute, syntax, written);
        var inner = word.ToNode();
        Node value = inner.Entries.Count == 0 ? new ScalarNode(place, "", isQuoted: false) : inner;
        var node = new MapNode(_places.Of(syntax), [new Entry(new ScalarNode(place, written.Word, isQuoted: false), value)]);
        root.Group(Parent(key.Path), place).Add(new Entry(new ScalarNode(place, key.Parameter.Name, isQuoted: false), node));
    }

    private void AddArguments(KeyTree tree, string path, AttributeData attribute, AttributeSyntax syntax, AttributeClass written)
    {
        if (ArgumentReader.IsUnreadable(attribute))
        {
            _isUnreadable = true;
            return;
        }

        foreach (var given in _arguments.Read(attribute, syntax, [.. written.Positional.Select(argument => argument.Property)]).Where(given => given.Property != nameof(Key)))
        {
            var argument = written.Arguments.First(candidate => candidate.Property == given.Property);

            // What another family's group of this name takes is read as well, and then is no key here.
            var own = written.Definition is null ? _keys.FirstOrDefault(key => key.Path == $"{path}.{argument.Key}")?.Parameter : null;
            if (_arguments.Entry(given, own ?? argument.Parameters[0]) is { } entry)
            {
                tree.Add(entry);
            }
        }
    }

    private EquatableArray<LayerListPart> AddLayers(KeyTree root)
    {
        var parts = new List<LayerListPart>();
        foreach (var property in _properties)
        {
            var declaration = property.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(_cancellation)).OfType<PropertyDeclarationSyntax>().FirstOrDefault();
            if (ClassForm.Problem(property, declaration) is { } problem)
            {
                _diagnostics.Report(Rules.LayerListForm, declaration is null ? _places.Of(Identifier()) : _places.Of(declaration.Identifier), property.Name, problem);
            }
            else if (IsHere(declaration!, $"'{property.Name}'"))
            {
                var words = property.GetAttributes().Where(RuntimeAttributes.IsLayer).Select(attribute => RuntimeAttributes.Find(attribute, AttributeRole.Layer)?.Word ?? BlockNames.Of(attribute.ConstructorArguments.FirstOrDefault().Value as string ?? ""));
                parts.Add(new LayerListPart(declaration!.Modifiers.ToString(), property.Name, new EquatableArray<string>(words)));
            }
        }

        var layers = new LayerReader(_places, _diagnostics, _arguments, _properties, _cancellation);
        var roles = _keys.Where(key => key.Parameter is LayersParameter).ToList();
        foreach (var property in _properties)
        {
            if (roles.FirstOrDefault(role => RoleName(role) == property.Name) is { } role)
            {
                var place = layers.Place(property);
                root.Group(Parent(role.Path), place).Add(new Entry(new ScalarNode(place, role.Parameter.Name, isQuoted: false), layers.List(property)));
            }
        }

        if (layers.Blocks(_places.Of(_familySyntax)) is { } blocks)
        {
            root.Add(new Entry(new ScalarNode(blocks.Span, CommonKey.Blocks.Name, isQuoted: false), blocks));
        }

        // A list that a mistake keeps from its use is not reported again.
        if (_diagnostics.Count == 0)
        {
            foreach (var property in _properties.Except(layers.Used, SymbolEqualityComparer.Default).OfType<IPropertySymbol>())
            {
                _diagnostics.Report(Rules.UnusedLayers, layers.Place(property), property.Name, string.Join(", ", roles.Select(RoleName)));
            }
        }

        return new EquatableArray<LayerListPart>(parts);
    }

    // What a missing key is called in C#.
    private ParsedSpec Explained(ParsedSpec parsed) =>
        parsed with { Diagnostics = new EquatableArray<Diagnostic>(parsed.Diagnostics.Select(diagnostic => diagnostic.Rule == Rules.MissingKey && Form(diagnostic) is { } form ? diagnostic with { Note = $" ({form})" } : diagnostic)) };

    private string? Form(Diagnostic missing)
    {
        var owner = missing.Arguments[0].Trim('\'');
        var key = _keys.FirstOrDefault(candidate => candidate.Path == missing.Arguments[1] && owner.StartsWith("a model", StringComparison.Ordinal))
            ?? _keys.FirstOrDefault(candidate => candidate.Path == $"{owner}.{missing.Arguments[1]}");
        return key?.Parameter switch
        {
            null => null,
            LayersParameter => $"as in: static partial {RuntimeAttributes.LayerList} {RoleName(key)} {{ get; }}",
            GroupParameter => $"the attribute [{Names.Pascal(key.Parameter.Name)}]",
            { AllowedWords: { Count: > 0 } words } => $"an attribute such as [{AttributeCatalogue.Find(words[0]).Name}]",
            _ => null,
        };
    }

    private bool IsHere(SyntaxNode syntax, string what)
    {
        if (_places.Contains(syntax))
        {
            return true;
        }

        _diagnostics.Report(Rules.OtherFile, _places.Of(_familySyntax.Name), what, _type.Name);
        return false;
    }

    // The key's own name, or where two groups have a role of one name, with its groups.
    private string RoleName(FamilyKey role) =>
        (_keys.Count(key => key.Parameter is LayersParameter && key.Parameter.Name == role.Parameter.Name) == 1 ? Names.Pascal(role.Parameter.Name) : string.Concat(role.Path.Split('.').Select(Names.Pascal))) + BlockNames.Suffix;

    private static string Parent(string path) => path.Contains('.') ? path.Substring(0, path.LastIndexOf('.')) : "";

    private static Entry Word(string key, SourceSpan keyPlace, string text, SourceSpan place, bool isQuoted) =>
        new(new ScalarNode(keyPlace, key, isQuoted: false), new ScalarNode(place, text, isQuoted));
}
