using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Fleet;

namespace SpotifyClientCredentials.Benchmarks;

/// <summary>The command-line arguments.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        Usage: [scenarios | size] [--write-readme | --miniature]
               fleet [--processes N] [--instances N] [--store redis|garnet] [--write-readme | --miniature]
               simulate [--processes N] [--instances N] [--store redis|garnet] [--miniature]
        """;

    public string Command { get; private init; } = "";

    public bool IsMiniature { get; private init; }

    public bool WriteReadme { get; private init; }

    public int? Processes { get; private init; }

    /// <summary>The number of instances in each process.</summary>
    public int? Instances { get; private init; }

    public StoreKind? Store { get; private init; }

    private bool IsValid => !(WriteReadme && (IsMiniature || Command == "simulate"))
        && (Command is "fleet" or "simulate" || (Processes is null && Instances is null && Store is null));

    /// <returns>The arguments, or null if they are invalid.</returns>
    public static Arguments? Parse(string[] args)
    {
        Arguments arguments = new();
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            int number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : 0;
            switch (args[i])
            {
                case "--miniature":
                    arguments = arguments with { IsMiniature = true };
                    break;

                case "--write-readme":
                    arguments = arguments with { WriteReadme = true };
                    break;

                case "--processes" when number is > 0 and <= 64:
                    (arguments, i) = (arguments with { Processes = number }, i + 1);
                    break;

                case "--instances" when number is > 0 and <= 1000:
                    (arguments, i) = (arguments with { Instances = number }, i + 1);
                    break;

                case "--store" when value is "redis" or "garnet":
                    (arguments, i) = (arguments with { Store = Enum.Parse<StoreKind>(value, ignoreCase: true) }, i + 1);
                    break;

                case string command when i == 0 && !command.StartsWith('-'):
                    arguments = arguments with { Command = command };
                    break;

                default:
                    return null;
            }
        }

        return arguments.IsValid ? arguments : null;
    }
}
