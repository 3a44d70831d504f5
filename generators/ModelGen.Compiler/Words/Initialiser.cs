using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words;

/// <summary>How a weight is initialised.</summary>
internal abstract class Initialiser(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    /// <summary>The argument of every layer that has a weight.</summary>
    public static readonly WordParameter<Initialiser> OfLayer = new(
        "initialiser",
        "how the weight is initialised; the bias then starts at zero"
    )
    {
        Absent = "the model's `initialiser`, else the family's",
    };

    /// <summary>The key of a model.</summary>
    public static WordParameter<Initialiser> OfModel(string absent) =>
        new("initialiser", "how the weights of all layers that take an `initialiser` are initialised; their biases then start at zero")
        {
            Absent = absent,
        };

    public sealed override string Kind => "initialiser";

    /// <summary>What the weight is filled with.</summary>
    public abstract Fill Fill(Arguments arguments);
}
