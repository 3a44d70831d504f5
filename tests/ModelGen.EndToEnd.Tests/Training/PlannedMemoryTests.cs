using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using ModelGen.Compiler;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Words;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Classes;
using ModelGen.EndToEnd.Tests.Exactness;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Tokenization;
using ModelGen.Training;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>What a plan says of memory and files, against what a run of the same spec takes.</summary>
public sealed class PlannedMemoryTests : IDisposable
{
    private static readonly string Root = typeof(PlannedMemoryTests)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static each => each.Key == "RepositoryRoot")
        .Value!;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Optimizers => [.. Catalogue.Of<Optimizer>().Select(static optimizer => optimizer.Word)];

    public void Dispose() => _folder.Dispose();

    /// <summary>A GPT, a VAE and a GAN, at batches whose tensors take far more than .NET and libtorch do meanwhile.</summary>
    [Theory]
    [InlineData("DocsGpt", "examples/DocsGpt/docs-gpt.model.yaml", 256)]
    [InlineData("Digits", "tests/ModelGen.EndToEnd.Tests/digits.model.yaml", 16384)]
    [InlineData("DigitGame", "tests/ModelGen.EndToEnd.Tests/digit-game.model.yaml", 8192)]
    public void ThePeakOfATrainingIsWithinAFifthOfThePlan(string model, string spec, int batch)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var plan = Plan(Read(spec), batch);

        var (peak, memory, threads) = Measure(model, batch);

        // The trainer and the compiler know the same from different sources.
        Assert.Equal(
            new MemoryPlan(
                plan.Weights + plan.Average,
                plan.Gradients * threads,
                plan.OptimizerState,
                plan.Activations,
                (int)plan.SamplesAtOnce
            ).ToString(),
            memory
        );
        Assert.InRange((double)plan.Peak / peak, 0.8, 1.2);
    }

    /// <summary>A file has its length, a header, and the planned bytes.</summary>
    [Theory]
    [InlineData("gpt", "tests/ModelGen.EndToEnd.Tests/scribe.model.yaml")]
    [InlineData("gan", "tests/ModelGen.EndToEnd.Tests/digit-game.model.yaml")]
    [InlineData("codes", "tests/ModelGen.EndToEnd.Tests/digit-codes.model.yaml")]
    [InlineData("network", "tests/ModelGen.EndToEnd.Tests/ripples.model.yaml")]
    public void ACheckpointIsAsLargeAsPlanned(string model, string spec)
    {
        SmallRun.Train(model, _folder.Path, isResumed: false, new Silent());

        var path = Directory.EnumerateFiles(Path.Combine(_folder.Path, SmallRun.Checkpoints), "step-*.safetensors").First();
        using var file = File.OpenRead(path);
        Span<byte> length = stackalloc byte[8];
        file.ReadExactly(length);

        // This run keeps an average of the codes' weights, too.
        var plan = Plan(Read(spec));
        Assert.Equal(
            file.Length - 8 - BinaryPrimitives.ReadInt64LittleEndian(length),
            plan.Checkpoint + (model == "codes" ? plan.Weights : 0)
        );
    }

    /// <summary>What an optimizer says of its state, against the state that it has.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void AnOptimizerHasTheStateThatIsPlanned(string word)
    {
        var optimizer = Catalogue.Of<Optimizer>().Single(each => each.Word == word);
        var spec = $$"""
            model: Small
            family: transformer
            data: { tokens: { context: 8, tokenizer: bytes } }
            network:
              - embed: 12
              - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
              - residual: [rms-norm, mixture-of-experts: { experts: 3, layers: [linear: 20, gelu, linear: 12] }]
              - unembed
            objective: next-token
            training: { optimizer: { {{optimizer.Example}} }, batch: 2, average: 0.9, duration: 10 steps }

            """;
        var compiled = SpecAssembly.Compile(spec);
        using var model = compiled.Create<LanguageModel>();
        using var data = TokenDataset.Create(new string('a', 300), new ByteTokenizer(), 8, 0.1);
        using var trainer = new Trainer(model.CreateObjective(data), compiled.Training!, seed: 1);

        var plan = Plan(spec);

        Assert.Equal(
            (plan.OptimizerState, plan.Weights + plan.Average, plan.Activations),
            (trainer.Memory.OptimizerState, trainer.Memory.Weights, trainer.Memory.Activations)
        );
    }

    private static MemoryNeeds Plan(string text, int? batch = null)
    {
        var spec = SpecCompiler.Parse(text).Spec!;
        var model = SpecCompiler.Build(spec)!;
        var setup = Family.Of(spec).Setup(model)!;
        return MemoryNeeds.Of(model, setup with { Batch = batch ?? setup.Batch });
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    // Memory that a step frees goes back to the system at once, instead of being kept for the next one: what a process is seen to have is
    // then what it uses.
    private static (long Peak, string Memory, int Threads) Measure(string model, int batch)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(MeasuredProcess).Assembly.Location, MeasuredProcess.Word, model, batch.ToString(CultureInfo.InvariantCulture)]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "65536";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        Assert.Equal(("", 0), (error.Result, process.ExitCode));
        return (long.Parse(lines[0], CultureInfo.InvariantCulture), lines[1], int.Parse(lines[2], CultureInfo.InvariantCulture));
    }

    private sealed class Silent : TrainingObserver;
}
