using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

public class LanguageModelTests
{
    [Fact]
    public void TokensOfAnotherTypeRankOrLengthAreRefusedInOneSentence()
    {
        using var scope = NewDisposeScope();
        using var model = new CharacterGpt(context: 4);
        Assert.Contains(
            "type Int64, but these are Int32",
            Assert.Throws<ArgumentException>(() => model.call(zeros(1, 2, dtype: ScalarType.Int32))).Message
        );
        Assert.Contains("have 1 dimension", Assert.Throws<ArgumentException>(() => model.call(zeros(2, dtype: ScalarType.Int64))).Message);
        Assert.Contains(
            "1 to 4 tokens at once, but these sequences hold 5",
            Assert.Throws<ArgumentException>(() => model.call(zeros(1, 5, dtype: ScalarType.Int64))).Message
        );
        Assert.Contains("hold 0", Assert.Throws<ArgumentException>(() => model.call(zeros(1, 0, dtype: ScalarType.Int64))).Message);
        Assert.Equal([2, 4, 256], model.call(zeros(2, 4, dtype: ScalarType.Int64)).shape);
    }
}
