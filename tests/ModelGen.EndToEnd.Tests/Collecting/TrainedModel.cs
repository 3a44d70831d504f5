using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.EndToEnd.Tests.Graphs;
using ModelGen.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Guards;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>A compiled model with data to train on, that can be put back to its beginning.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly Tensor[] _start;

    /// <param name="compiled">The model, whose spec has it trained; two steps of it do here.</param>
    /// <param name="batch">Samples in a batch.</param>
    /// <param name="device">Where the model and the data are; the CPU where null.</param>
    public TrainedModel(CompiledModel compiled, int batch, Device? device = null)
    {
        Model = compiled.Create<nn.Module>(device: device);
        var options = compiled.Training!;
        Options = options with
        {
            BatchSize = batch,
            Duration = Duration.Steps(2),
            Validation = options.Validation with { Every = null },
            Checkpoint = null,
            EarlyStopping = null,
            Rollback = null,
            MaxTime = null,
            Budget = null,

            // What begins to learn later does so in the second.
            Unfreeze = options.Unfreeze.ToDictionary(static each => each.Key, static _ => Duration.Steps(1)),
        };
        (Data, Objective) = Model switch
        {
            SampleModel model => Of(RandomSamples.For(model, batch, device), model.CreateObjective),
            LanguageModel model => Of(Text(model, device), model.CreateObjective),
            EncoderDecoder model => Of(Pairs(model, device), model.CreateObjective),
            Network { InputType: ScalarType.Int64 } model => Of(
                compiled.ObjectiveData == typeof(PreferenceDataset) ? Preferences(compiled, device)
                    : compiled.ObjectiveData == typeof(RatingDataset) ? Ratings(compiled, device)
                    : compiled.ObjectiveData == typeof(StepDataset) ? Steps(compiled, device)
                    : (object)Texts(compiled, device),
                data => compiled.CreateObjective(model, data)
            ),
            Network model => Of(RandomSamples.For(model, batch, device), data => compiled.CreateObjective(model, data)),
            _ => throw new InvalidOperationException($"Data for a {Model.GetType().BaseType!.Name} are not written here yet."),
        };
        State = [.. Model.state_dict().Values];
        _start =
        [
            .. State.Select(static value =>
            {
                using var detached = value.detach();
                return detached.clone();
            }),
        ];
    }

    public nn.Module Model { get; }

    public object Data { get; }

    public Objective Objective { get; }

    public TrainingOptions Options { get; }

    public IReadOnlyList<Tensor> State { get; }

    /// <summary>Puts the weights, the buffers and torch's random numbers back.</summary>
    public void Restore()
    {
        manual_seed(2).Dispose();
        Model.train();
        using var noGrad = no_grad();
        foreach (var (value, start) in State.Zip(_start))
        {
            value.copy_(start);
        }
    }

    public void Dispose()
    {
        foreach (var start in _start)
        {
            start.Dispose();
        }

        (Data as IDisposable)?.Dispose();
        Model.Dispose();
    }

    private static (object Data, Objective Objective) Of<T>(T data, Func<T, Objective> objective)
        where T : notnull => (data, objective(data));

    private static PreferenceDataset Preferences(CompiledModel compiled, Device? device)
    {
        var pairs = Enumerable
            .Range(0, 30)
            .Select(static i => new PreferencePair($"{i % 5}", $"{i} and", $"{i}") { Margin = i % 3 })
            .ToList();
        return PreferenceDataset.Create(
            new(pairs),
            null,
            TokenizerOf(compiled),
            (int)compiled.Graph.Data.Context,
            validationFraction: 0.3,
            device: device
        );
    }

    private static RatingDataset Ratings(CompiledModel compiled, Device? device)
    {
        var answers = Enumerable.Range(0, 30).Select(static i => new RatedAnswer($"{i % 5}", $"{i} and", i % 4)).ToList();
        return RatingDataset.Create(
            new(answers),
            null,
            TokenizerOf(compiled),
            (int)compiled.Graph.Data.Context,
            validationFraction: 0.3,
            device: device
        );
    }

    private static StepDataset Steps(CompiledModel compiled, Device? device)
    {
        var answers = Enumerable
            .Range(0, 30)
            .Select(static i => new RatedSteps($"{i % 5}", i % 3 == 0 ? ["and"] : [$"{i}", "and"], i % 3 == 0 ? [0.4] : [1, i % 2]))
            .ToList();
        return StepDataset.Create(
            new(answers),
            null,
            TokenizerOf(compiled),
            (int)compiled.Graph.Data.Context,
            validationFraction: 0.3,
            device: device
        );
    }

    private static Tokenizer TokenizerOf(CompiledModel compiled) =>
        (Tokenizer)compiled.Type.GetMethod("CreateTokenizer", [typeof(TextCorpus)])!.Invoke(null, [TextCorpus.FromText("0123456789 and")])!;

    private static SampleDataset Texts(CompiledModel compiled, Device? device)
    {
        var texts = Enumerable.Range(0, 30).Select(static i => $"{i} and {i % 7}").ToList();
        var collection = new TextCollection(texts, [.. texts.Select(static (_, i) => $"of {i % 3}")]);
        return SampleDataset.Create(collection, null, TokenizerOf(compiled), (int)compiled.Graph.Data.Context, 0.3, device);
    }

    private static PairDataset Pairs(EncoderDecoder model, Device? device)
    {
        var pairs = Enumerable.Range(0, 40).Select(static i => new TextPair($"{i % 7} and {i % 3}", $"{i}")).ToList();
        return PairDataset.Create(pairs, model.CreateTokenizer(pairs), model.ContextLength, 0.3, device);
    }

    private static TokenDataset Text(LanguageModel model, Device? device)
    {
        var specials = model.CreateTokenizer("0123456 and.\n").SpecialTokens;
        var (answer, end) = (Text(SpecialTokenRole.Answer), Text(SpecialTokenRole.End));
        var text = string.Concat(
            Enumerable.Range(0, 40 + model.ContextLength).Select(i => $"{i % 7} and{answer} {i % 3}.{(answer.Length > 0 ? end : "")}\n")
        );
        return TokenDataset.Create(text, model.CreateTokenizer(text), model.ContextLength, 0.3, device);

        string Text(SpecialTokenRole role) => specials.FirstOrDefault(token => token.Role == role)?.Text ?? "";
    }
}
