using System.Runtime.InteropServices;
using ModelGen.Runs;
using ModelGen.Sampling;
using ModelGen.Tests.Models;
using ModelGen.Tests.Training;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests;

public class OutOfMemoryTests
{
    // float32 numbers of 2^50 bytes, more than the addresses of a process.
    private const long TooMany = 1L << 48;
    private const string Missing = "Out of memory: cannot allocate 1125.9 TB on the CPU; ";

    [Fact]
    public void ATrainingSaysWhatToMakeSmaller()
    {
        using var objective = new Parabola(1) { Term = static (_, number) => number.expand(TooMany).mul(ones(1)) };
        using var trainer = new Trainer(
            objective,
            new TrainingOptions
            {
                Optimizer = new SgdOptions { LearningRate = 0.1 },
                BatchSize = 1,
                Duration = Duration.Steps(1),
                Validation = new ValidationOptions(),
            }
        );

        var exception = Assert.Throws<ModelGenException>(() => trainer.Run());

        // Float64 as the number is.
        Assert.Equal(
            "Out of memory: cannot allocate 2251.8 TB on the CPU; make the batch smaller, compute it in more parts with "
                + "'accumulate', mark parts of the network with 'recompute', or use another device.",
            exception.Message
        );
        Assert.IsType<ExternalException>(exception.InnerException);
    }

    [Fact]
    public void ASamplerSaysWhatToMakeSmaller()
    {
        using var model = new SmallVae();
        model.Decoder.register_forward_hook(static (_, _, _) => empty(TooMany));
        using var gpt = new CharacterGpt(context: 4);
        gpt.register_forward_hook(static (_, _, _) => empty(TooMany));

        Assert.Equal(
            Missing + "ask for fewer samples at once, or use another device.",
            Assert.Throws<ModelGenException>(() => model.Sample(2, seed: 1)).Message
        );
        Assert.Equal(
            Missing + "give the model a smaller context, or use another device.",
            Assert.Throws<ModelGenException>(() => TextGenerator.Generate(gpt, new ByteTokenizer(), "a", 1, new SamplingOptions())).Message
        );
    }

    [Fact]
    public void AProgramEndsWithASentence()
    {
        var (error, output) = (Console.Error, new StringWriter());
        Console.SetError(output);
        try
        {
            Assert.Equal(ConsoleProgram.CannotGoOn, ConsoleProgram.Run(static _ => empty(TooMany).numel() > 0));
        }
        finally
        {
            Console.SetError(error);
        }

        Assert.Equal(
            $"error: {Missing}make the batch or the model smaller, or use another device.{Environment.NewLine}",
            output.ToString()
        );
    }

    [Theory]
    [InlineData(
        "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 1 has a total capacity of 79.11 GiB of which 3.12 GiB is free. "
            + "Including non-PyTorch memory, this process has 75.98 GiB memory in use.\nException raised from malloc",
        "20.00 GiB more on cuda:1"
    )]
    [InlineData(
        "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 7.79 GiB total capacity; 6.1 GiB already allocated)",
        "20.00 MiB more on cuda:0"
    )]
    [InlineData(
        "MPS backend out of memory (MPS allocated: 8.88 GiB, other allocations: 1.20 MiB, max allowed: 9.07 GiB). Tried to "
            + "allocate 256.00 MiB on private pool. Use PYTORCH_MPS_HIGH_WATERMARK_RATIO=0.0",
        "256.00 MiB more on mps"
    )]
    [InlineData(
        "[enforce fail at alloc_cpu.cpp:121] data. DefaultCPUAllocator: not enough memory: you tried to allocate 4831838208 bytes.",
        "4.83 GB on the CPU"
    )]
    [InlineData(
        "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 500000 "
            + "bytes. Error code 12 (Cannot allocate memory)",
        "0.5 MB on the CPU"
    )]
    public void EveryDevicesWordsAreUnderstood(string libtorchs, string missing) =>
        Assert.Equal(
            $"Out of memory: cannot allocate {missing}; wait.",
            OutOfMemory.Explain(new ExternalException(libtorchs), "wait")!.Message
        );

    [Fact]
    public void OtherFailuresStayWhatTheyAre()
    {
        Assert.Null(OutOfMemory.Explain(new ExternalException("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"), "wait"));
        Assert.Null(OutOfMemory.Explain(new InvalidOperationException("CUDA out of memory. Tried to allocate 20.00 GiB."), "wait"));
        Assert.Equal(
            "Out of memory: cannot allocate more on the CPU; wait.",
            OutOfMemory.Explain(new OutOfMemoryException(), "wait")!.Message
        );
    }
}
