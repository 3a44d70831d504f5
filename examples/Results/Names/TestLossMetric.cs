using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Tokenization;

namespace ModelGen.Examples.Results.Names;

/// <summary>The mean loss of the tokens of a text, each predicted from at least half a context, or from its document's beginning.</summary>
internal sealed class TestLossMetric(LanguageModel model, Tokenizer tokenizer, TextCorpus text) : Metric
{
    public override string Name => "test loss";

    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        var measured = NextTokenPrediction.Measure(model, tokenizer, text, progress: progress);
        report.Add("test_loss", measured.Loss);
        report.AddCount("test_tokens", measured.Tokens);
    }
}
