using ModelGen;
using ModelGen.Benchmarks;
using ModelGen.Benchmarks.Commands;
using ModelGen.Benchmarks.Data;
using ModelGen.Benchmarks.Decoding;
using ModelGen.Benchmarks.Generation;
using ModelGen.Benchmarks.Sampling;
using ModelGen.Benchmarks.Tokenization;
using ModelGen.Benchmarks.Training;
using ModelGen.Compiler.Text;
using ModelGen.Decoding;
using ModelGen.Tokenization;

const string DataOption = "--data";
const string ListOption = "--list";

string? folder = null;
var asked = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    if (args[i] != DataOption)
    {
        asked.Add(args[i]);
    }
    else if (folder is null && i + 1 < args.Length)
    {
        folder = args[++i];
    }
    else
    {
        Console.Error.WriteLine($"{DataOption} is followed by one folder and given once.");
        return 2;
    }
}

var testElbo = new TestElbo(folder);
Benchmark[] all =
[
    new GenerateSpecs(),
    new RegenerateOneEdit(),
    new CheckSpec(),
    new TrainStart(),
    new TrainStep("train-step-gpt-float32", Workload.Gpt),
    new TrainStep("lora-step", Workload.GptLora),
    new QuantisedBaseStep(),
    new TrainStep("train-step-gpt512-bfloat16", Workload.Gpt512),
    new TrainStep("train-step-llama", Workload.Llama),
    new TrainStep("train-step-mlp", Workload.Mlp),
    new TrainStep("train-step-vae", Workload.Vae),
    new TrainStep("train-step-gan", Workload.Gan),
    new DpoStep(),
    new GrpoStep(),
    new UnfoldedStep("unfolded-step-vae", Workload.Vae),
    new UnfoldedStep("unfolded-step-gan", Workload.Gan),
    new OptimizerStep(),
    new TrainMemory(Workload.Gpt),
    new TrainMemory(Workload.RecomputedGpt, "with recompute in the spec and without", steps: 10),
    new TrainMemory(Workload.LoraOrAll, "against a training of all its weights", steps: 20),
    new TrainMemory(Workload.LoraOfInt8, "with a base of int8 and of float32", steps: 20),
    new TrainMemory(Workload.Vae),
    new TrainMemory(Workload.Gan),
    new ReadTokenCache(),
    new TrainBpe(),
    new EncodeBpe(),
    new DecodeGpt(),
    new DecodeGptCat(),
    new DecodeGptBatch16(),
    new DecodeSpeculation("decode-speculation", hasDraft: false),
    new DecodeSpeculation("decode-speculation-draft", hasDraft: true),
    new DecodeLlama("decode-llama15m", WeightFormat.Float32, threads: 1),
    new DecodeLlama("decode-llama15m-two-threads", WeightFormat.Float32, threads: 2),
    new DecodeLlama("decode-llama15m-int8", WeightFormat.Int8, threads: 1),
    new DecodeLlama("decode-llama15m-int8-two-threads", WeightFormat.Int8, threads: 2),
    new ChooseTokens(),
    new ChooseConstrainedTokens(),
    new SampleImages(Workload.Vae, ImageModels.Vae),
    new SampleImages(Workload.Gan, ImageModels.Gan),
    new SampleMemory(Workload.Vae, ImageModels.Vae),
    new SampleMemory(Workload.Gan, ImageModels.Gan),
    new TrainLoss("train-loss-gpt512-bfloat16", Workload.Gpt512),
    testElbo,
];

if (asked is [PeakMemory.ChildArgument, var which, var side])
{
    return all.OfType<PeakMemory>().Single(measure => measure.Name == which).RunChild(side);
}

if (asked is [ListOption])
{
    foreach (var measure in all)
    {
        Console.WriteLine($"{measure.Name}{(measure.TakesMinutes ? " (takes minutes; runs only when named)" : "")}: {measure.Sentence}");
    }

    return 0;
}

var chosen = new List<Benchmark>();
foreach (var name in asked)
{
    if (all.FirstOrDefault(measure => measure.Name == name) is not { } measure)
    {
        var names = all.Select(static each => each.Name).Append(ListOption).Append(DataOption).ToArray();
        var hint = names.FirstOrDefault(longer => longer.StartsWith(name, StringComparison.Ordinal)) is { } begun
            ? $"; did you mean '{begun}'?"
            : NearestWord.Hint(name, names);
        Console.Error.WriteLine($"There is no measure '{name}'{hint}");
        return 2;
    }

    chosen.Add(measure);
}

if (folder is not null && !chosen.Contains(testElbo))
{
    Console.Error.WriteLine($"{DataOption} is for {testElbo.Name} alone; name that measure, too.");
    return 2;
}

try
{
    foreach (var measure in chosen is [] ? all.Where(static measure => !measure.TakesMinutes) : chosen)
    {
        Console.WriteLine($"{measure.Name} {measure.Run()}");
    }

    return 0;
}
catch (ModelGenException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
