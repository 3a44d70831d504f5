using System.Reflection;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Tests.Language;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.EndToEnd.Tests.Graphs;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Native;

namespace ModelGen.EndToEnd.Tests.Native;

/// <summary>Numbers reach libtorch through one room alone, from the runtime and from generated code.</summary>
public class HandedNumbersTests
{
    private const string Update = "MODELGEN_UPDATE_DOCS";

    // The rooms that numbers go through, and the call of a script, which takes whatever its file wants; its numbers are scalars already.
    private static readonly string[] Rooms = ["ModelGen.Native.Numbers.", "ModelGen.Native.TensorArithmetic."];
    private static readonly string[] Allowed = [.. Rooms, "ModelGen.Evaluation.TorchScriptExtractor"];

    // A family's base class computes them; generated code only makes their modules.
    private static readonly Type[] NotInGraphs = [typeof(Quantise), typeof(LogLikelihood)];

    private static byte[] Runtime => File.ReadAllBytes(typeof(TensorArithmetic).Assembly.Location);

    /// <summary>With MODELGEN_UPDATE_DOCS=1 the list is written instead of compared.</summary>
    [Fact]
    public void WhatTheRuntimeMayNotCallIsWhatThisTorchSharpHas()
    {
        var file = Path.Combine(typeof(HandedNumbersTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static each => each.Key == "RepositoryRoot").Value!, "src", "ModelGen.Torch", "BannedSymbols.txt");
        var text = string.Concat(HandedNumbers.All.Public.Select(static member => $"{member}; it hands libtorch a number that a collection may free: use ModelGen.Native.Numbers\n"));
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(file, text);

        Assert.True(File.ReadAllText(file).ReplaceLineEndings("\n") == text, $"BannedSymbols.txt is not current; run this test once with {Update}=1.");
    }

    [Fact]
    public void TheRuntimeHandsNumbersOverInOneRoom() => Assert.Equal([], Outside(HandedNumbers.All.UsesIn(Runtime), Allowed));

    [Fact]
    public void ThatRoomHoldsEachNumberUntilItIsRead()
    {
        Assert.All(Rooms, room => Assert.Contains(HandedNumbers.All.UsesIn(Runtime), use => use.StartsWith(room, StringComparison.Ordinal)));

        Assert.Equal([], HandedNumbers.All.UnheldUsesIn(Runtime).Where(static use => Rooms.Any(room => use.StartsWith(room, StringComparison.Ordinal))));
    }

    /// <summary>The specs of all words, and random ones over all words, which has layers in places that no example has.</summary>
    [Fact]
    public void GeneratedCodeHandsNoNumberOver()
    {
        var assembly = new SpecAssembly();
        foreach (var (_, spec) in EveryWord.Specs)
            Assert.Equal([], assembly.Add(spec));
        foreach (var spec in Enumerable.Range(0, 80).SelectMany(static seed => new[] { RandomSpec.Write(seed), RandomSpec.WriteWithSides(seed) }).OfType<string>())
            assembly.Add(spec);

        Assert.Equal([], HandedNumbers.All.UsesIn(assembly.Emit().Code));
        var operations = assembly.Graphs.SelectMany(static graph => graph.Classes.Append(graph.Root)).SelectMany(static part => part.Operations).Select(static operation => operation.Op.GetType());
        Assert.Equal([], typeof(Op).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract).Except(NotInGraphs).Except(operations));
    }

    [Fact]
    public void ThisTestSeesWhatItLooksFor()
    {
        var assembly = File.ReadAllBytes(typeof(CarelessNumbers).Assembly.Location);

        HashSet<string> unheld = ["..ctor", ".InAVariable", ".OfAFunction", ".OfAnOperator", "System.Collections.Generic.List`1<TorchSharp.Modules.BatchNorm1d>", "TorchSharp.Modules.BatchNorm2d"];
        Assert.Equal([.. unheld, "..cctor", ".Held"], Places(HandedNumbers.All.UsesIn(assembly)));
        Assert.Equal(unheld, Places(HandedNumbers.All.UnheldUsesIn(assembly)));

        static HashSet<string> Places(IEnumerable<string> uses) =>
            [.. uses.Where(static use => use.StartsWith(typeof(CarelessNumbers).FullName!, StringComparison.Ordinal)).Select(static use => use[typeof(CarelessNumbers).FullName!.Length..].Replace(" holds ", "", StringComparison.Ordinal).Split(':')[0])];
    }

    private static IEnumerable<string> Outside(IEnumerable<string> uses, string[] rooms) => uses.Where(use => !rooms.Any(room => use.StartsWith(room, StringComparison.Ordinal)));
}
