using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Attributes;

/// <summary>The attributes of all words and groups in the catalogue.</summary>
internal static class AttributeCatalogue
{
    private static readonly TextParameter Summary = new(CommonKey.Description.Name, CommonKey.Description.Summary)
    {
        Absent = "a sentence that names the family",
    };

    /// <summary>All attributes, by name.</summary>
    public static IReadOnlyList<AttributeClass> All { get; } = Named([.. Catalogue.Of<Definition>().Select(Of), .. Groups()]);

    private static readonly Dictionary<string, AttributeClass> ByName = All.ToDictionary(
        static attribute => attribute.Name,
        StringComparer.Ordinal
    );

    /// <summary>The attribute with a name, given without its suffix, if there is one.</summary>
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

    // Groups with the same name share one attribute with the keys of all families; binding reports keys that the family lacks.
    private static IEnumerable<AttributeClass> Groups() =>
        from key in Catalogue
            .Of<Family>()
            .SelectMany(static family => FamilyKey.Of(family).Concat(FamilyKey.Of(family.RecipeParameters)).Distinct())
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

    // Words, groups and layers of a model have their own attributes or properties.
    private static bool IsArgument(Parameter parameter) => parameter.Form is not (GroupForm or LayersForm or WordForm);

    // The word with the casing of its class: adamw becomes AdamW.
    private static string NameOf(Definition word)
    {
        var (name, type) = (Names.Pascal(word.Word), word.GetType().Name);
        name = type.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? type.Substring(0, name.Length) : name;
        return word is Schedule or Initialiser or Tokenizer or WeightLayout or StartPoint or Reward ? name + KindOf(word) : name;
    }

    private static string KindOf(Definition? word) => word is null ? "Group" : string.Concat(word.Kind.Split(' ').Select(Names.Pascal));

    // Attributes with the same name are told apart by their kind.
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
