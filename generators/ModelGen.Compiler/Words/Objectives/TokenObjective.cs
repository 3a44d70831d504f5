using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective over the tokens of a text.</summary>
internal abstract class TokenObjective(string word, string summary, params Parameter[] parameters) : Objective(word, summary, parameters)
{
    /// <summary>Reports parts of the network and the data that the objective cannot work with.</summary>
    public abstract void Check(GraphBuilder model, Arguments arguments);
}
