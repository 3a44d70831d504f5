using ModelGen.Compiler.Tests.Language;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Tests.Training.Optimizers;
using ModelGen.Training.Optimizers;
using static TorchSharp.torch;
using OptimizerOptions = ModelGen.Training.Optimizers.OptimizerOptions;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>Steps of every optimizer while garbage is collected: with its defaults, and as the example of its word has it.</summary>
[Collection(StressTests.Name)]
public class OptimizerTests(Stress stress)
{
    private const string AsWritten = " of the example";

    private static readonly Dictionary<string, Type> Defaults = typeof(OptimizerOptions)
        .Assembly.GetTypes()
        .Where(static type => type.IsSubclassOf(typeof(OptimizerOptions)) && !type.IsAbstract)
        .ToDictionary(static type => type.Name);

    private static readonly Lazy<Dictionary<string, OptimizerOptions>> Written = new(static () =>
    {
        var assembly = new SpecAssembly();
        foreach (var (_, _, spec) in Words)
        {
            Assert.Equal([], assembly.Add(spec));
        }

        return Words.Zip(assembly.Load()).ToDictionary(static pair => pair.First.Word.Word, static pair => pair.Second.Training!.Optimizer);
    });

    public static TheoryData<string> Names => [.. Defaults.Keys, .. Words.Select(static word => word.Word.Word + AsWritten)];

    private static IEnumerable<(Compiler.Language.Definition Word, string Name, string Spec)> Words =>
        EveryWord.Specs.Where(static word => word.Word is Compiler.Words.Optimizer);

    [Theory]
    [MemberData(nameof(Names))]
    public void MakesTheSameSteps(string name)
    {
        var options = name.EndsWith(AsWritten, StringComparison.Ordinal)
            ? Written.Value[name[..^AsWritten.Length]]
            : Default(Defaults[name]);
        stress.Check(results =>
        {
            NamedParameter[] parameters;
            using (var scope = NewDisposeScope())
            {
                parameters = SmallParameters.Create();
                scope.Detach(parameters.Select(static parameter => parameter.Value));
            }

            using (var optimizer = options.Create(parameters))
            {
                for (var step = 0; step < 4; step++)
                {
                    using (NewDisposeScope())
                    {
                        SmallParameters.SetGradients(parameters, step);
                    }

                    if (step == 3)
                    {
                        parameters[0].Value.grad = null;
                    }

                    optimizer.Step(0.05);
                }

                results.Add(optimizer.State.Values);
            }

            foreach (var parameter in parameters)
            {
                results.Take(parameter.Value);
            }
        });
    }

    [Fact]
    public void EveryOptimizerIsMade()
    {
        var made = Defaults.Values.Select(static type => Create(Default(type)).GetType()).ToHashSet();

        var all = typeof(Optimizer).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(Optimizer)) && !type.IsAbstract);
        Assert.Equal([], all.Except(made));

        static Optimizer Create(OptimizerOptions options)
        {
            using var scope = NewDisposeScope();
            using var optimizer = options.Create(SmallParameters.Create());
            return optimizer;
        }
    }

    private static OptimizerOptions Default(Type type)
    {
        var options = (OptimizerOptions)Activator.CreateInstance(type)!;
        typeof(OptimizerOptions).GetProperty(nameof(OptimizerOptions.LearningRate))!.SetValue(options, 0.05);
        return options;
    }
}
