using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Words;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Training;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Graphs;

public partial class RandomGraphTests(ITestOutputHelper log)
{
    private const int Batch = 3;

    // A property of a role overrides one of the class that the family derives from.
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    // This thread's tensors: the process's also counts those that finalizers have yet to free.
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    public static TheoryData<string> ImageFamilies => [.. RandomSpec.ImageFamilies];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void WhatIsInferredIsWhatRuns(int part)
    {
        const int Specs = 150;
        Check(Enumerable.Range(part * Specs, Specs), RandomSpec.Write);
    }

    [Theory]
    [MemberData(nameof(ImageFamilies))]
    public void WhatIsInferredForEveryRoleIsWhatRuns(string family) =>
        Check(Enumerable.Range(0, 100), seed => RandomSpec.Write(family, seed));

    // The gradient of libtorch's fused attention has no gradient of its own.
    [Theory]
    [InlineData("wasserstein", false)]
    [InlineData("relativistic", true)]
    public void ADiscriminatorThatAttendsCanBePenalised(string objective, bool isCausal)
    {
        var causal = isCausal ? "true" : "false";
        var spec = $$"""
            model: Attending
            family: gan
            data: { image: [2, 4, 4] }
            latent: 3
            blocks:
              attention: { layers: [residual: [layer-norm, self-attention: { heads: 2, causal: {{causal}}, dropout: 0.1 }]] }
            generator: [linear: 32, reshape: [8, 4], attention, reshape: [2, 4, 4], tanh]
            discriminator: [reshape: [8, 4], attention, flatten, linear: 1]
            objective: {{objective}}
            training: { optimizer: { adam: 1e-3 }, batch: 3, duration: 2 steps }

            """;
        Check([1], _ => spec);
    }

    private void Check(IEnumerable<int> seeds, Func<int, string> write)
    {
        // Two threads cost more than they bring with tensors this small.
        set_num_threads(1);
        var assembly = new SpecAssembly();
        var sources = new List<string>();
        var (specs, rejected) = (0, 0);
        foreach (var seed in seeds)
        {
            var yaml = write(seed);
            specs++;
            rejected += Add(assembly, sources, yaml);

            // The same with one number changed is at the edge of the rules, on one side of it or on the other.
            if (seed % 3 == 0)
            {
                _ = Add(assembly, sources, Changed(yaml, new Random(seed)));
            }
        }

        log.WriteLine($"{rejected} of {specs} specs were rejected");
        Assert.True(rejected <= specs / 20, $"{rejected} of {specs} specs were rejected.");
        var models = assembly.Load();
        var operations = 0;
        var failures = new List<string>();
        for (var i = 0; i < models.Count; i++)
        {
            try
            {
                operations += Check(models[i]);
            }
            catch (Exception exception)
            {
                failures.Add($"{exception.Message}\n{sources[i]}");
            }
        }

        log.WriteLine($"{models.Count} models, {operations} operations checked");
        Assert.True(
            failures.Count == 0,
            string.Join(
                '\n',
                failures.Select(static failure =>
                    failure.Split("frame #")[0] + "…" + failure[failure.LastIndexOf("\nmodel:", StringComparison.Ordinal)..]
                )
            )
        );
        Assert.True(models.Count >= (specs * 14 + 14) / 15, $"{models.Count} models");
    }

    private static int Add(SpecAssembly assembly, List<string> sources, string yaml)
    {
        var mistakes = assembly.Add(yaml, isProbed: true);
        Assert.False(
            mistakes.Any(static mistake => mistake.Contains("MG9", StringComparison.Ordinal)),
            $"{string.Join('\n', mistakes)}\n{yaml}"
        );
        if (mistakes.Count == 0)
        {
            sources.Add(yaml);
        }

        return mistakes.Count == 0 ? 0 : 1;
    }

    private static string Changed(string yaml, Random random)
    {
        var numbers = Number().Matches(yaml);
        var chosen = numbers[random.Next(numbers.Count)];
        var value = long.Parse(chosen.Value, CultureInfo.InvariantCulture) + random.Next(-2, 4);
        return $"{yaml[..chosen.Index]}{value.ToString(CultureInfo.InvariantCulture)}{yaml[(chosen.Index + chosen.Length)..]}";
    }

    private static int Check(CompiledModel compiled)
    {
        var before = Live;
        int operations;
        using (var model = compiled.Create<nn.Module>())
        {
            CheckState(
                compiled.Graph.Root,
                model,
                new ModelNames(compiled.Graph, Family.Of(compiled.Graph.Spec).Surface(compiled.Graph), [], hasNamespace: true)
            );
            operations = model is SampleModel images
                ? new SampleModelRun(compiled, images).Check()
                : Check(compiled, (nn.Module<Tensor, Tensor>)model);
        }

        Assert.Equal(before, Live);
        return operations;
    }

    private static int Check(CompiledModel compiled, nn.Module<Tensor, Tensor> model)
    {
        var operations = 0;
        foreach (var isTraining in new[] { true, false })
        {
            model.train(isTraining);
            foreach (var length in compiled.Graph.Data.Context == 0 ? [0] : new[] { 1, compiled.Graph.Data.Context })
            {
                operations += CheckRun(compiled, model, length);
            }
        }

        Backward(compiled, model);
        if (compiled.Training is { } options && model is Network network)
        {
            Train(compiled, network, options);
        }

        return operations;
    }

    private static int CheckRun(CompiledModel compiled, nn.Module<Tensor, Tensor> model, long length)
    {
        ShapeProbe.Start(Batch, length);
        var tensors = Live;
        using (var input = compiled.Input(Batch, length))
        using (var output = model.call(input))
        {
            Assert.Equal(ShapeProbe.Lengths(compiled.Graph.Root.Output.Shape), output.shape);
            Assert.Equal(tensors + 2, Live);
        }

        Assert.Equal(tensors, Live);
        Assert.Equal([], ShapeProbe.Found);
        Assert.NotEqual(0, ShapeProbe.Count);
        return ShapeProbe.Count;
    }

    private static void Backward(CompiledModel compiled, nn.Module<Tensor, Tensor> model)
    {
        using var scope = NewDisposeScope();
        model.train();
        var output = model.call(compiled.Input(Batch, Math.Max(1, compiled.Graph.Data.Context)));
        if (output.requires_grad)
        {
            output.sum().backward();
        }
    }

    private static void Train(CompiledModel compiled, Network network, TrainingOptions options)
    {
        using var data = RandomSamples.For(network, options.BatchSize);
        var objective = compiled.CreateObjective(network, data);
        ShapeProbe.Start(options.BatchSize, 0);
        using var trainer = new Trainer(objective, options, seed: 1);
        Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
        Assert.Equal([], ShapeProbe.Found);
    }

    private static void CheckState(ModuleGraph graph, nn.Module module, ModelNames names)
    {
        using var scope = NewDisposeScope();
        var expected = graph.State().ToList();
        Assert.Equal(
            expected.Select(static entry => $"{entry.Name} [{string.Join(", ", entry.Shape)}]").Order(StringComparer.Ordinal),
            module
                .state_dict()
                .Select(static entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]")
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            expected.Where(static entry => !entry.IsBuffer).Select(static entry => entry.Name).Order(StringComparer.Ordinal),
            module.named_parameters().Select(static entry => entry.name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(graph.ParameterCount, module.parameters().Sum(static parameter => parameter.numel()));
        Assert.Equal(graph.Parts.Select(static part => part.Name), module.named_children().Select(static child => child.name));

        foreach (var part in graph.Parts)
        {
            var held = (nn.Module)module.GetType().GetProperty(names.Of(graph).Of(part), Own)!.GetValue(module)!;
            Assert.Same(module.named_children().Single(child => child.name == part.Name).module, held);
            Assert.Equal(part.ParameterCount, held.parameters().Sum(static parameter => parameter.numel()));
            for (var i = 0; i < part.Elements.Count; i++)
            {
                CheckState(part.Elements[i], part.IsList ? held.children().ElementAt(i) : held, names);
            }
        }
    }

    [GeneratedRegex(@"(?<![\w.-])\d+(?![\w.-])")]
    private static partial Regex Number();
}
