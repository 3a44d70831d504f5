using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class SafetensorsSource() : TensorSource("safetensors", "tensors of a safetensors file", File, Test)
{
    private static readonly TextParameter File = new(
        "file",
        "the file with a tensor `samples` [samples, …], and optionally `labels` [samples] with the class number of each and `targets` "
            + "[samples, …] with the outputs that a network should give"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly TextParameter Test = new("test", "the file of the validation samples")
    {
        Absent = "some of the training samples are held out",
    };

    public override string Example => "safetensors: { file: waves.safetensors, test: test-waves.safetensors }";

    public override string Record => "SafetensorsSource";
}
