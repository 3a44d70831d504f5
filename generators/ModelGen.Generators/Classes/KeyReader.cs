using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;
using Diagnostic = ModelGen.Compiler.Diagnostics.Diagnostic;

namespace ModelGen.Generators.Classes;

/// <summary>Reads the attributes of a class that set keys: words, and groups of keys.</summary>
/// <param name="places">Places in the file of the class.</param>
/// <param name="diagnostics">Receives the mistakes.</param>
/// <param name="arguments">Reads the arguments of attributes.</param>
/// <param name="keys">The known keys.</param>
/// <param name="owner">The owner of the keys, as messages name it.</param>
/// <param name="headName">What makes the class a model or a recipe, as messages name it.</param>
internal sealed class KeyReader(
    Places places,
    DiagnosticBag diagnostics,
    ArgumentReader arguments,
    IReadOnlyList<FamilyKey> keys,
    string owner,
    string headName
)
{
    private readonly Dictionary<string, SourceSpan> _filled = new(StringComparer.Ordinal);

    /// <summary>Whether a key may be missing only because an attribute is ambiguous or unreadable in C#.</summary>
    public bool IsUnreadable { get; private set; }

    /// <summary>The keys that take layers.</summary>
    public IReadOnlyList<FamilyKey> Roles => [.. keys.Where(static key => key.Parameter is LayersParameter)];

    /// <summary>Adds the key that an attribute sets.</summary>
    public void Add(KeyTree root, AttributeData attribute, AttributeSyntax syntax)
    {
        if (RuntimeAttributes.Find(attribute, AttributeRole.Key) is { } written && IsHere(syntax.Name, $"[{written.Name}]"))
        {
            if (ArgumentReader.IsUnreadable(attribute))
            {
                IsUnreadable = true;
            }
            else if (Key(attribute, syntax, written) is { } key)
            {
                Fill(root, key, attribute, syntax, written);
            }
        }
    }

    /// <summary>Adds the arguments of an attribute to the keys of its group.</summary>
    public void AddArguments(KeyTree tree, string path, AttributeData attribute, AttributeSyntax syntax, AttributeClass written)
    {
        if (ArgumentReader.IsUnreadable(attribute))
        {
            IsUnreadable = true;
            return;
        }

        foreach (
            var given in arguments
                .Read(attribute, syntax, [.. written.Positional.Select(static argument => argument.Property)])
                .Where(static given => given.Property != nameof(Key))
        )
        {
            var argument = written.Arguments.First(candidate => candidate.Property == given.Property);

            // Arguments for another family's group of this name are read too; the binder then reports them as unknown keys.
            var own = written.Definition is null ? keys.FirstOrDefault(key => key.Path == $"{path}.{argument.Key}")?.Parameter : null;
            if (arguments.Entry(given, own ?? argument.Parameters[0]) is { } entry)
            {
                tree.Add(entry);
            }
        }
    }

    /// <summary>The mistakes, with the C# form of each missing key.</summary>
    public EquatableArray<Diagnostic> Explained(EquatableArray<Diagnostic> found) =>
        new(
            found.Select(diagnostic =>
                diagnostic.Rule == Rules.MissingKey && Form(diagnostic) is { } form ? diagnostic with { Note = $" ({form})" } : diagnostic
            )
        );

    private string? Form(Diagnostic missing)
    {
        var group = missing.Arguments[0].Trim('\'');
        var key = keys.FirstOrDefault(candidate =>
            candidate.Path == missing.Arguments[1] && group.StartsWith("a ", StringComparison.Ordinal)
        ) ?? keys.FirstOrDefault(candidate => candidate.Path == $"{group}.{missing.Arguments[1]}");
        return key?.Parameter switch
        {
            null => null,
            LayersParameter => $"as in: static partial {RuntimeAttributes.LayerList} {RoleName(key)} {{ get; }}",
            GroupParameter => $"the attribute [{Names.Pascal(key.Parameter.Name)}]",
            { AllowedWords: { Count: > 0 } words } => $"an attribute such as [{AttributeCatalogue.Find(words[0]).Name}]",
            _ => null,
        };
    }

    /// <summary>Whether something is in the file that the class is read from; reports when it is not.</summary>
    public bool IsHere(SyntaxNodeOrToken written, string what)
    {
        if (places.Contains(written))
        {
            return true;
        }

        diagnostics.Report(Rules.OtherFile, places.Of(written), what, headName);
        return false;
    }

    /// <summary>
    /// The property that lists the layers of a role: the key's own name, after those of its groups where two have a role of that name.
    /// </summary>
    public string RoleName(FamilyKey role) =>
        (
            keys.Count(key => key.Parameter is LayersParameter && key.Parameter.Name == role.Parameter.Name) == 1
                ? Names.Pascal(role.Parameter.Name)
                : string.Concat(role.Path.Split('.').Select(Names.Pascal))
        ) + BlockNames.Suffix;

    /// <summary>The groups that contain a key.</summary>
    public static string Parent(string path) => path.Contains('.') ? path.Substring(0, path.LastIndexOf('.')) : "";

    // The key that an attribute sets: the one with its group's name, or the one that takes words of its kind.
    private FamilyKey? Key(AttributeData attribute, AttributeSyntax syntax, AttributeClass written)
    {
        var candidates = written.Definition is { } word
            ? keys.Where(key => key.Parameter.AllowedWords.Any(allowed => allowed.Kind == word.Kind)).ToList()
            : keys.Where(key => key.Parameter is GroupParameter && key.Parameter.Name == written.Word).ToList();
        var place = places.Of(syntax.Name);
        if (candidates.Count == 0)
        {
            diagnostics.Report(
                Rules.UnreadAttribute,
                place,
                written.Name,
                $"{owner} takes no {written.Definition?.Kind ?? $"'{written.Word}'"}"
            );
            return null;
        }

        var given = attribute.NamedArguments.FirstOrDefault(static argument => argument.Key == nameof(Key));
        if (given.Key is not null)
        {
            var path = given.Value.Value as string ?? "";
            if (candidates.FirstOrDefault(candidate => candidate.Path == path) is { } meant)
            {
                return meant;
            }

            var paths = candidates.Select(static candidate => candidate.Path).ToList();
            var nearest = NearestWord.Find(path, paths) is { } near ? $"; did you mean '{near}'?" : "";
            var expression = syntax
                .ArgumentList?.Arguments.FirstOrDefault(static argument => argument.NameEquals?.Name.Identifier.ValueText == nameof(Key))
                ?.Expression;
            IsUnreadable = true;
            diagnostics.Report(
                Rules.WrongType,
                expression is null ? place : places.Of(expression),
                $"{written.Name}.{nameof(Key)}",
                $"one of {string.Join(", ", paths)}",
                $"'{Excerpt.Of(path)}'{nearest}"
            );
            return null;
        }

        // Where only one of the keys takes this very word, that one is meant.
        var exact = candidates
            .Where(candidate => written.Definition is null || candidate.Parameter.AllowedWords.Contains(written.Definition))
            .ToList();
        candidates = exact.Count == 1 ? exact : candidates;
        if (candidates.Count > 1)
        {
            IsUnreadable = true;
            diagnostics.Report(
                Rules.AmbiguousKey,
                place,
                written.Name,
                string.Join(" or ", candidates.Select(static candidate => $"'{candidate.Path}'")),
                candidates[0].Path
            );
            return null;
        }

        return candidates[0];
    }

    private void Fill(KeyTree root, FamilyKey key, AttributeData attribute, AttributeSyntax syntax, AttributeClass written)
    {
        var place = places.Of(syntax.Name);
        if (_filled.TryGetValue(key.Path, out var first))
        {
            diagnostics.Report(Rules.DuplicateKey, place, key.Path, first.Line.ToString(CultureInfo.InvariantCulture));
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

        var word = new KeyTree("", places.Of(syntax));
        AddArguments(word, "", attribute, syntax, written);
        var inner = word.ToNode();
        Node value = inner.Entries.Count == 0 ? new ScalarNode(place, "", isQuoted: false) : inner;
        var node = new MapNode(places.Of(syntax), [new Entry(new ScalarNode(place, written.Word, isQuoted: false), value)]);
        root.Group(Parent(key.Path), place).Add(new Entry(new ScalarNode(place, key.Parameter.Name, isQuoted: false), node));
    }
}
