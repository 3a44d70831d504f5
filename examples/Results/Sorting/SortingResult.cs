using ModelGen.Data;
using ModelGen.Runs;
using ModelGen.Sampling;

namespace ModelGen.Examples.Results.Sorting;

/// <summary>
/// minGPT's demonstration (Karpathy 2020): six digits from 0 to 2 are to be written in order. A quarter is never trained on.
/// </summary>
internal sealed class SortingResult : Result
{
    private const int Length = 6;
    private const int Digits = 3;
    private const int Problems = 20_000;

    public override string Word => "sorting";

    public override string Summary => "minGPT's model sorts six digits, also those that it has never seen";

    public override string Spec => "sorter.model.yaml";

    public override bool Run(RunSession session, RunOptions options, CancellationToken stop)
    {
        var training = options.Of(Sorter.Training);
        var random = new Random(1);
        string[] all = [.. Enumerable.Range(0, (int)Math.Pow(Digits, Length)).Select(Written)];
        random.Shuffle(all);
        var (unseen, seen) = (all[..(all.Length / 4)], all[(all.Length / 4)..]);
        var text = string.Concat(random.GetItems(seen, Problems).Select(static digits => $"{digits}={Sorted(digits)}."));
        using var model = session.Create(static device => new Sorter(device));
        var tokenizer = model.CreateTokenizer(text);
        using var data = TokenDataset.Create(text, tokenizer, Sorter.Context, training.Validation.Fraction, session.Device);
        return session.Train(model.CreateObjective(data), training)
            && session.Evaluate(new ShareMetric("sorted", seen, IsSorted), new ShareMetric("sorted_unseen", unseen, IsSorted));

        bool IsSorted(string digits) => TextGenerator.Generate(model, tokenizer, $".{digits}=", Length, Sorter.Sampling) == Sorted(digits);
    }

    private static string Written(int number) =>
        string.Concat(Enumerable.Range(0, Length).Select(place => (char)('0' + (number / (int)Math.Pow(Digits, place) % Digits))));

    private static string Sorted(string digits) => string.Concat(digits.Order());
}
