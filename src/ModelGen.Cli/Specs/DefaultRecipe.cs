using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Cli.Specs;

/// <summary>The recipe of a model that is trained as its own spec says, on data that the command line names.</summary>
internal static class DefaultRecipe
{
    private const string Training = "training";

    /// <summary>The name of its class.</summary>
    public static string NameOf(string model) => model + "Run";

    /// <summary>Its keys; null where the model does not say how it is trained.</summary>
    /// <param name="model">The keys of the model.</param>
    /// <param name="name">The name of the model.</param>
    /// <param name="data">The value of the recipe's key for data.</param>
    public static MapNode? Of(MapNode model, string name, Node data)
    {
        if (model.Find(Training) is not { } training)
        {
            return null;
        }

        var constants = Used(model.Find(CommonKey.Let.Name)?.Value as MapNode, training.Value);
        return new MapNode(
            model.Span,
            [
                Text(RecipeKey.Run.Name, NameOf(name)),
                Text(RecipeKey.Model.Name, name),
                .. constants.Count > 0 ? [new Entry(Key(CommonKey.Let.Name), new MapNode(model.Span, constants))] : Array.Empty<Entry>(),
                new Entry(Key("data"), data),
                training,
            ]
        );

        Entry Text(string key, string value) => new(Key(key), new ScalarNode(model.Span, value, isQuoted: false));

        ScalarNode Key(string key) => new(model.Span, key, isQuoted: false);
    }

    // The constants that a value needs, with those that they need: one that is not used would be a mistake.
    private static IReadOnlyList<Entry> Used(MapNode? constants, Node value)
    {
        var used = new HashSet<Entry>();
        var open = new Queue<Node>([value]);
        while (open.TryDequeue(out var node))
        {
            foreach (var name in new WrittenNames([node]).Constants)
            {
                if (constants?.Find(name) is { } constant && used.Add(constant))
                {
                    open.Enqueue(constant.Value);
                }
            }
        }

        return [.. constants?.Entries.Where(used.Contains) ?? []];
    }
}
