using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words;

/// <summary>Writes out the layers that a shorthand stands for, at the places that it has for them.</summary>
/// <param name="shorthand">The shorthand.</param>
internal sealed class WrittenLayers(LayerSpec shorthand)
{
    private int _origin = shorthand.Origin;

    /// <summary>A layer with some arguments; of the others, those that it shares with the shorthand are the shorthand's.</summary>
    public LayerSpec Layer<T>(params IReadOnlyList<(Parameter Parameter, object? Value)> arguments)
        where T : Layer
    {
        var word = Catalogue.Of<T>()[0];
        var values = word.Parameters.Intersect(shorthand.Layer.Parameters).ToDictionary(static shared => shared, shorthand.Arguments.Value);
        foreach (var (parameter, value) in arguments)
        {
            values[parameter] = value;
        }

        return At(word, Arguments.Of(word, values) with { Unread = shorthand.Arguments.Unread });
    }

    /// <summary>A layer that the shorthand names.</summary>
    public LayerSpec Layer(Configured<Layer> named) => At(named.Definition, named.Arguments);

    private LayerSpec At(Layer word, Arguments arguments) => new(++_origin, word, arguments, null, default);
}
