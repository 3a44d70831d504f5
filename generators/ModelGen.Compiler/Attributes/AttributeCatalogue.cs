using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Attributes;

/// <summary>The attributes of all words and groups of the catalogue.</summary>
internal static class AttributeCatalogue
{
    private static readonly TextParameter Summary = new(CommonKey.Description.Name, CommonKey.Description.Summary)
    {
        Absent = "names the family",
    };

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<AttributeClass> All { get; } = Named([.. Catalogue.Of<Definition>().Select(Of), .. Groups()]);

    private static readonly Dictionary<string, AttributeClass> ByName = All.ToDictionary(
        static attribute => attribute.Name,
        StringComparer.Ordinal
    );

    /// <summary>The attribute of a name without its suffix, if there is one.</summary>
    public static AttributeClass? Find(string name) => ByName.TryGetValue(name, out var attribute) ? attribute : null;

    /// <summary>The attribute of a word.</summary>
    public static AttributeClass Find(Definition definition) => All.First(attribute => attribute.Definition == definition);

    private static AttributeClass Of(Definition word)
    {
        var role = word switch
        {
            Family => AttributeRole.Family,
            Layer => AttributeRole.Layer,
            _ => AttributeRole.Key,
        };
        if (word is Family family)
        {
            return new(NameOf(word), role, word.Word, word, word.Summary, Arguments([Summary, .. family.Parameters.Where(IsArgument)]));
        }

        var first = word.Main ?? word.Parameters.FirstOrDefault(static parameter => parameter.IsRequired);
        var positional = word.Parameters.Where(parameter => parameter == first || parameter.Form is LayersForm).ToList();
        return new(
            NameOf(word),
            role,
            word.Word,
            word,
            word.Summary,
            [.. word.Parameters.Select(parameter => new AttributeArgument([parameter], positional.Contains(parameter)))]
        );
    }

    // A group of one name is one attribute with the keys of all families; each family then says what it lacks.
    private static IEnumerable<AttributeClass> Groups() =>
        from key in Catalogue.Of<Family>().SelectMany(FamilyKey.Of)
        let found = key.Parameter as GroupParameter
        where found is not null
        group found by found.Name into groups
        select new AttributeClass(
            Names.Pascal(groups.Key),
            AttributeRole.Key,
            groups.Key,
            null,
            groups.First().Summary,
            Arguments(groups.SelectMany(static each => each.Parameters.Where(IsArgument)))
        );

    private static IReadOnlyList<AttributeArgument> Arguments(IEnumerable<Parameter> parameters) =>
        [
            .. parameters
                .GroupBy(static parameter => parameter.Name)
                .Select(static same => new AttributeArgument([.. same], isPositional: same.First().IsMain)),
        ];

    // Words, groups and layers of a model have attributes or properties of their own.
    private static bool IsArgument(Parameter parameter) => parameter.Form is not (GroupForm or LayersForm or WordForm);

    // The letters of the word in the case of its class: adamw is AdamW.
    private static string NameOf(Definition word)
    {
        var (name, type) = (Names.Pascal(word.Word), word.GetType().Name);
        name = type.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? type.Substring(0, name.Length) : name;
        return word is Schedule or Initialiser ? name + KindOf(word) : name;
    }

    private static string KindOf(Definition? word) => word is null ? "Group" : string.Concat(word.Kind.Split(' ').Select(Names.Pascal));

    // Of two of one name each is told by its kind.
    private static IReadOnlyList<AttributeClass> Named(IReadOnlyList<AttributeClass> attributes) =>
        [
            .. attributes
                .Select(attribute =>
                    attributes.Any(other => other != attribute && other.Name == attribute.Name)
                        ? attribute with
                        {
                            Name = attribute.Name + KindOf(attribute.Definition),
                        }
                        : attribute
                )
                .OrderBy(static attribute => attribute.Name, StringComparer.Ordinal),
        ];
}
