using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective over the tokens of a text.</summary>
internal abstract class TokenObjective(string word, string summary, params Parameter[] parameters) : Objective(word, summary, parameters)
{
    /// <summary>What the loss of a sequence of the longest length needs besides the model's activations, in bytes.</summary>
    public virtual long LossBytes(Arguments arguments, DataShape data) => TokenScores.LossBytes(arguments, data);

    /// <summary>Reports parts of the network and the data that the objective cannot work with.</summary>
    public abstract void Check(GraphBuilder model, Arguments arguments);
}
