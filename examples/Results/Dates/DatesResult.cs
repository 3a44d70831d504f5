using System.Globalization;
using ModelGen.Data;
using ModelGen.Runs;
using ModelGen.Sampling;

namespace ModelGen.Examples.Results.Dates;

/// <summary>Dates in the forms that people write, into ISO 8601; those tested are never trained on in any form.</summary>
internal sealed class DatesResult : Result
{
    private const int Pairs = 20_000;
    private const int Tested = 1000;

    private static readonly string[] Forms = ["d MMMM yyyy", "MMMM d, yyyy", "dddd, d MMMM yyyy", "dd/MM/yyyy", "d.M.yyyy", "MMM d yyyy"];

    public override string Word => "dates";

    public override string Summary => "an encoder-decoder translates dates";

    public override string Spec => "dates.model.yaml";

    public override bool Run(RunSession session, RunOptions options, CancellationToken stop)
    {
        var training = options.Of(DateTranslator.Training);
        var random = new Random(1);
        DateTime[] days = [.. Enumerable.Range(0, 60 * 365).Select(static day => new DateTime(1970, 1, 1).AddDays(day))];
        random.Shuffle(days);
        var pairs = random.GetItems(days[Tested..], Pairs).Select(day => Pair(day, random)).ToList();
        var tested = days[..Tested].Select(day => Pair(day, random)).ToDictionary(static pair => pair.Source, static pair => pair.Target);
        using var model = session.Create(static device => new DateTranslator(device));
        var tokenizer = model.CreateTokenizer(pairs);
        using var data = PairDataset.Create(pairs, tokenizer, DateTranslator.Context, training.Validation.Fraction, session.Device);
        return session.Train(model.CreateObjective(data), training)
            && session.Evaluate(new ShareMetric("translated_unseen", [.. tested.Keys], IsTranslated));

        bool IsTranslated(string date) => SequenceGenerator.Generate(model, tokenizer, date, DateTranslator.Sampling) == tested[date];
    }

    private static TextPair Pair(DateTime day, Random random) =>
        new(
            day.ToString(Forms[random.Next(Forms.Length)], CultureInfo.InvariantCulture),
            day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        );
}
