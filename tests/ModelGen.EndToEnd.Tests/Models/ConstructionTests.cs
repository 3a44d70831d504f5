using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;
using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Models;

/// <summary>A model that is made and disposed leaves no tensor behind, whatever it is made of.</summary>
public sealed class ConstructionTests(ConstructionTests.Examples examples) : IClassFixture<ConstructionTests.Examples>
{
    public static IEnumerable<object[]> Names =>
        EveryWord.Specs.Select(static pair => Name(pair.Word)).Distinct().Select(static name => new object[] { name });

    // This thread's tensors: the process's also counts those that finalizers have yet to free.
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingIsLeftOfAModel(string name)
    {
        foreach (var compiled in examples[name])
        {
            var before = Live;
            using (var model = compiled.Create<nn.Module>())
            {
                var state = model.state_dict();
                var known = compiled.Graph.Root.State().Select(static entry => entry.Name).Order(StringComparer.Ordinal);

                // What a module of the user's own holds is not known before it runs.
                var ofOwn = compiled
                    .Graph.Root.Operations.Where(static operation => operation.Own is not null)
                    .Select(static operation => operation.Own!.Name + ".")
                    .ToList();
                Assert.Equal(
                    known,
                    state.Keys.Where(key => !ofOwn.Any(own => key.StartsWith(own, StringComparison.Ordinal))).Order(StringComparer.Ordinal)
                );
                Assert.DoesNotContain(state.Values, static tensor => tensor.IsInvalid);
                Assert.Equal(before + state.Values.DistinctBy(static tensor => tensor.Handle).Count(), Live);
            }

            Assert.Equal(before, Live);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AModelStartsFromTheSeedAlone(string name)
    {
        foreach (var compiled in examples[name])
        {
            using var scope = NewDisposeScope();
            Soil(compiled, float.NaN);
            using var first = compiled.Create<nn.Module>();
            Soil(compiled, 7);
            using var second = compiled.Create<nn.Module>();
            var state = second.state_dict();
            Assert.All(first.state_dict(), entry =>
            {
                Assert.True(entry.Value.isfinite().all().item<bool>(), entry.Key);
                Assert.True(entry.Value.bytes.SequenceEqual(state[entry.Key].bytes), entry.Key);
            });
        }
    }

    // Leaves a number in memory of the sizes that the model is about to ask for.
    private static void Soil(CompiledModel compiled, float number)
    {
        var soiled = compiled.Graph.Root.State().Select(entry => full([.. entry.Shape], number)).ToList();
        soiled.ForEach(static tensor => tensor.Dispose());
    }

    private static string Name(Definition word) => $"{word.Kind} {word.Word}";

    /// <summary>The example of each word as a class, and once more without what may be left out.</summary>
    public sealed class Examples
    {
        private readonly ILookup<string, CompiledModel> _models;

        public Examples()
        {
            var assembly = new SpecAssembly();
            var specs = EveryWord
                .Specs.SelectMany(static pair =>
                    new[] { pair.Spec, WithoutOptional(pair.Word, pair.Spec) }.Distinct().Select(spec => (pair.Word, Spec: spec))
                )
                .ToList();
            foreach (var (_, spec) in specs)
            {
                Assert.Empty(assembly.Add(spec));
            }

            _models = specs.Zip(assembly.Load()).ToLookup(static pair => Name(pair.First.Word), static pair => pair.Second);
        }

        internal IEnumerable<CompiledModel> this[string name] => _models[name];

        private static string WithoutOptional(Definition word, string example)
        {
            var spec = SpecText.Parse(example);
            // What layers take or give by name stays, and so does what a constructor of the user's own or a key beside the word needs.
            var optional = WrittenParameters
                .Find(spec)
                .Where(pair =>
                    word is not Tokenizer
                    && word.Parameters.Contains(pair.Value)
                    && !pair.Value.IsRequired
                    && pair.Value is not (NamedShapesParameter or NamesParameter or NumbersParameter)
                    && (word.Word, pair.Value.Name) is not ("cross-attention", "memory")
                )
                .Select(static pair => pair.Key)
                .ToList();
            foreach (var group in spec.All().OfType<SpecText.Group>().ToList())
            {
                group.Keys.RemoveAll(optional.Contains);
            }

            return spec.Write();
        }
    }
}
