using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective over the tokens of a text.</summary>
internal abstract class TokenObjective(string word, string summary, params Parameter[] parameters) : Objective(word, summary, parameters)
{
    /// <summary>Reports parts of the network and the data that the objective cannot work with.</summary>
    public abstract void Check(GraphBuilder model, Arguments arguments);

    /// <summary>Reports that the data name no special token for something.</summary>
    /// <param name="model">The model.</param>
    /// <param name="who">What needs it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="what">What it is for.</param>
    /// <param name="example">How it may be written.</param>
    protected static void ReportMissing(GraphBuilder model, string who, string key, string what, string example) =>
        model.Report(Rules.MissingKey, GraphError.Model, "objective", $"'{who}'", $"data.tokens.{key}", $"{what}, as in {key}: {example}");
}
