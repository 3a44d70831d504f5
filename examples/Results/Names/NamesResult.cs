using ModelGen.Data;
using ModelGen.Runs;

namespace ModelGen.Examples.Results.Names;

/// <summary>
/// makemore's names (Karpathy 2022): the loss of each letter and of the end of names that were never trained on, each name by itself.
/// </summary>
internal sealed class NamesResult : Result
{
    private const int TestNames = 1000;
    private const char End = '.';

    public override string Word => "names";

    public override string Summary => "makemore's transformer writes first names";

    public override string Spec => "name-writer.model.yaml";

    public override string Unit => "nats per letter";

    public override string DataName => "makemore's names.txt";

    public override bool Run(RunSession session, RunOptions options, CancellationToken stop)
    {
        var training = options.Of(NameWriter.Training);
        var names = TextCorpus
            .Read(options.Data!, cancellation: stop)
            .ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        new Random(1).Shuffle(names);
        var (test, trained) = (Text(names[..TestNames]), Text(names[TestNames..]));
        using var model = session.Create(static device => new NameWriter(device));
        var tokenizer = model.CreateTokenizer(trained + test);
        using var data = TokenDataset.Create(
            trained + test,
            tokenizer,
            NameWriter.Context,
            (double)test.Length / (trained.Length + test.Length),
            session.Device
        );
        return session.Train(model.CreateObjective(data), training)
            && session.Evaluate(new TestLossMetric(model, tokenizer, TextCorpus.FromText(End + test)));
    }

    private static string Text(IEnumerable<string> names) => string.Concat(names.Select(static name => name + End));
}
