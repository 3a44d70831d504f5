using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Words.Data;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a language model that learns how to answer prompts.</summary>
internal abstract class PromptedObjective(string word, string summary, params Parameter[] parameters)
    : TokenObjective(word, summary, parameters)
{
    public sealed override bool IsOfRecipes => true;

    public sealed override string RunClass => "PromptedRun";

    public abstract override IReadOnlyList<string> DataSets { get; }

    // The model is compared with what it was before.
    public override bool HasDropout => false;

    // The gradient of the log-probabilities.
    public override long LossBytes(Arguments arguments, DataShape data) => checked(sizeof(float) * data.Vocabulary * data.Context);

    public sealed override void Check(GraphBuilder model, Arguments arguments)
    {
        foreach (var lookahead in model.Lookaheads)
        {
            model.Report(Rules.NotCausal, lookahead.Origin, "causal", lookahead.Word, Word);
        }

        if (model.Data.EndToken is null)
        {
            Tokens.ReportMissing(model, "objective", Word, "end-token", "the token that ends an answer", "<end>");
        }
    }
}
