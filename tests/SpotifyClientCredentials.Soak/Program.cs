using System.Globalization;
using SpotifyClientCredentials.Soak;

// dotnet run -c Release --project tests/SpotifyClientCredentials.Soak -- --minutes 10 [--seed 1]
double seconds = 600;
int seed = Random.Shared.Next(1_000_000);
for (int i = 0; i < args.Length; i += 2)
{
    double value = i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out double number) ? number : -1;
    switch (args[i])
    {
        case "--minutes" when value > 0:
            seconds = value * 60;
            break;

        case "--seconds" when value > 0:
            seconds = value;
            break;

        case "--seed" when value >= 0:
            seed = (int)value;
            break;

        default:
            Console.Error.WriteLine("Usage: [--minutes N | --seconds N] [--seed N]; runs for at least 60 seconds");
            return 2;
    }
}

return await new SoakRun(TimeSpan.FromSeconds(Math.Max(seconds, 60)), seed).RunAsync() ? 0 : 1;
