using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Initialisers;

internal sealed class Constant() : Initialiser("constant", "every element set to one value", Value)
{
    private static readonly NumberParameter Value = new("value", "the value of every element") { IsMain = true, IsRequired = true };

    public override string Example => "constant: { value: 0.5 }";

    public override Fill Fill(Arguments arguments) => new Fill.Constant(arguments.Get(Value));
}
