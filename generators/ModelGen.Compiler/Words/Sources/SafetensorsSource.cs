using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class SafetensorsSource() : TensorSource("safetensors", "tensors of a safetensors file", File, Test)
{
    private static readonly TextParameter File = new(
        "file",
        "the file with a tensor `samples` [samples, …], and where there are such `labels` [samples] with the number of each one's "
            + "class and `targets` [samples, …] with what a network is to give"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly TextParameter Test = new("test", "the file of the samples to validate on")
    {
        Absent = "some of the others are held back",
    };

    public override string Example => "safetensors: { file: waves.safetensors, test: test-waves.safetensors }";

    public override string Record => "SafetensorsSource";
}
