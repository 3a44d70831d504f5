using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Initialisers;

internal sealed class Constant() : Initialiser("constant", "every element the same", Value)
{
    private static readonly NumberParameter Value = new("value", "the element") { IsMain = true, IsRequired = true };

    public override string Example => "constant: { value: 0.5 }";

    public override string Statement(string tensor, IReadOnlyList<long> shape, Arguments arguments) =>
        $"nn.init.constant_({tensor}, {Value.ToCSharp(arguments.Get(Value))});";
}
