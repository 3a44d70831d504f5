using ModelGen.Data;
using ModelGen.Runs;

namespace ModelGen.Examples.Results.Restoring;

/// <summary>
/// Lines of the alphabet, each from another letter on: what is masked follows from what is left of the line.
/// </summary>
internal sealed class RestoringResult : Result
{
    private const int Lines = 20_000;
    private const int Alphabet = 26;

    public override string Word => "restoring";

    public override string Summary => "a masked model restores letters of the alphabet";

    public override string Spec => "restorer.model.yaml";

    public override bool Run(RunSession session, RunOptions options, CancellationToken stop)
    {
        var training = options.Of(Restorer.Training);
        var random = new Random(1);
        var text = string.Concat(Enumerable.Range(0, Lines).Select(_ => Line(random.Next(Alphabet))));
        using var model = session.Create(static device => new Restorer(device));
        var tokenizer = model.CreateTokenizer(text);
        using var data = TokenDataset.Create(text, tokenizer, Restorer.Context, training.Validation.Fraction, session.Device);
        return session.Train(model.CreateObjective(data), training) && session.Evaluate();
    }

    private static string Line(int first) =>
        string.Concat(Enumerable.Range(first, Alphabet).Select(static letter => (char)('a' + (letter % Alphabet)))) + "\n";
}
