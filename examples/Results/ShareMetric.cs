using ModelGen.Evaluation;

namespace ModelGen.Examples.Results;

/// <summary>The share of questions that are answered as they should be.</summary>
/// <param name="name">The name of the figure.</param>
/// <param name="questions">The questions.</param>
/// <param name="isRight">Asks one.</param>
internal sealed class ShareMetric(string name, IReadOnlyList<string> questions, Func<string, bool> isRight) : Metric
{
    public override string Name => name.Replace('_', ' ');

    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        var right = 0;
        for (var i = 0; i < questions.Count; i++)
        {
            progress.Advance(i, questions.Count);
            right += isRight(questions[i]) ? 1 : 0;
        }

        report.Add(name, (double)right / questions.Count);
    }
}
