namespace ModelGen.Compiler.Words.Adapters;

internal sealed class Lora()
    : Adapter("lora", "W + s B A in place of each weight W, with A random and B zero at the beginning: Hu et al. 2021, \"LoRA\"")
{
    public override string Record => "LoraOptions";
}
