using ModelGen.Data;
using ModelGen.Runs;

namespace ModelGen.Examples.Results.Restoring;

/// <summary>The alphabet over and over: what is masked follows from any letter that is left.</summary>
internal sealed class RestoringResult : Result
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz";
    private const int Times = 10_000;

    public override string Word => "restoring";

    public override string Summary => "a masked model restores letters of the alphabet";

    public override string Spec => "restorer.model.yaml";

    public override bool Run(RunSession session, RunOptions options, CancellationToken stop)
    {
        var training = options.Of(Restorer.Training);
        var text = string.Concat(Enumerable.Repeat(Alphabet, Times));
        using var model = session.Create(static device => new Restorer(device));
        var tokenizer = model.CreateTokenizer(text);
        using var data = TokenDataset.Create(text, tokenizer, Restorer.Context, training.Validation.Fraction, session.Device);
        return session.Train(model.CreateObjective(data), training) && session.Evaluate();
    }
}
