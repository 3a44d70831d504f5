using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Language;

/// <summary>Which parameter of the catalogue each key of a spec gives.</summary>
internal static class WrittenParameters
{
    /// <summary>
    /// The keys with their parameters; a word with its main argument, such as <c>linear: 8</c>, counts as a key of that parameter.
    /// </summary>
    public static Dictionary<SpecText.Key, Parameter> Find(SpecText.Group root)
    {
        var found = new Dictionary<SpecText.Key, Parameter>();
        var family = Catalogue
            .Of<Family>()
            .Single(word => word.Word == ((SpecText.Word)root.Keys.Single(key => key.Name == "family").Value).Text);
        Group(root, family.Parameters, found);
        foreach (var block in root.Keys.Where(key => key.Name == "blocks").SelectMany(key => ((SpecText.Group)key.Value).Keys))
        {
            Layers(((SpecText.Group)block.Value).Keys.Single(key => key.Name == "layers").Value, found);
        }

        return found;
    }

    /// <summary>The same of a file whose keys are known.</summary>
    public static Dictionary<SpecText.Key, Parameter> Find(SpecText.Group root, IReadOnlyList<Parameter> parameters)
    {
        var found = new Dictionary<SpecText.Key, Parameter>();
        Group(root, parameters, found);
        return found;
    }

    private static void Group(SpecText.Group group, IReadOnlyList<Parameter> parameters, Dictionary<SpecText.Key, Parameter> found)
    {
        foreach (var key in group.Keys)
        {
            if (parameters.FirstOrDefault(parameter => parameter.Name == key.Name) is { } parameter)
            {
                Value(key, parameter, found);
            }
        }
    }

    private static void Value(SpecText.Key key, Parameter parameter, Dictionary<SpecText.Key, Parameter> found)
    {
        // A value that is no group stands for the group's main key.
        if (parameter is GroupParameter { Parameters: var inside } && key.Value is not SpecText.Group)
        {
            parameter = inside.Single(candidate => candidate.IsMain);
        }

        found.Add(key, parameter);
        switch (parameter)
        {
            case LayersParameter:
                Layers(key.Value, found);
                break;
            case GroupParameter group:
                Group((SpecText.Group)key.Value, group.Parameters, found);
                break;
            default:
                if (Words(parameter) is { Count: > 0 } words && key.Value is SpecText.Group { Keys: [var word] })
                {
                    Word(word, words.Single(definition => definition.Word == word.Name), found);
                }

                break;
        }
    }

    /// <summary>The words that a parameter takes; null where it takes no words.</summary>
    public static IReadOnlyList<Definition>? Words(Parameter parameter) => parameter.AllowedWords;

    private static void Layers(SpecText list, Dictionary<SpecText.Key, Parameter> found)
    {
        foreach (var layer in ((SpecText.Items)list).Values.OfType<SpecText.Group>())
        {
            foreach (var key in layer.Keys)
            {
                if (Catalogue.Of<Layer>().FirstOrDefault(word => word.Word == key.Name) is { } word)
                {
                    Word(key, word, found);
                    Group(layer, [.. word.Parameters.Where(parameter => parameter.IsBeside)], found);
                }
            }
        }
    }

    private static void Word(SpecText.Key key, Definition word, Dictionary<SpecText.Key, Parameter> found)
    {
        if (key.Value is SpecText.Group arguments)
        {
            Group(arguments, word.Parameters, found);
        }
        else if (word.Main is { } main && key.Value is not SpecText.Word { Text: "" })
        {
            Value(key, main, found);
        }
    }
}
