using System.Reflection;
using ModelGen.Native;

namespace ModelGen.EndToEnd.Tests.Native;

/// <summary>Numbers reach libtorch through one room alone.</summary>
public class HandedNumbersTests
{
    private const string Update = "MODELGEN_UPDATE_DOCS";

    // The rooms that numbers go through, and the call of a script, which takes whatever its file wants.
    private static readonly string[] Allowed = ["ModelGen.Native.Numbers.", "ModelGen.Native.TensorArithmetic.", "ModelGen.Evaluation.TorchScriptExtractor"];

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
    public void TheRuntimeHandsNumbersOverInOneRoom() =>
        Assert.Equal([], HandedNumbers.All.UsesIn(File.ReadAllBytes(typeof(TensorArithmetic).Assembly.Location)).Where(static use => !Allowed.Any(room => use.StartsWith(room, StringComparison.Ordinal))));

    [Fact]
    public void ThisTestSeesWhatItLooksFor() =>
        Assert.Contains(HandedNumbers.All.UsesIn(File.ReadAllBytes(typeof(TensorArithmetic).Assembly.Location)), static use => use.StartsWith(Allowed[0], StringComparison.Ordinal));
}
