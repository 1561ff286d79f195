using SpotifyClientCredentials.Benchmarks;
using SpotifyClientCredentials.Benchmarks.Micro;
using SpotifyClientCredentials.Benchmarks.Report;
using SpotifyClientCredentials.Benchmarks.Scenarios;

const string Project = "dotnet run -c Release --project tests/SpotifyClientCredentials.Benchmarks";

string command = args.FirstOrDefault(arg => !arg.StartsWith("--", StringComparison.Ordinal)) ?? "";
bool isMiniature = args.Contains("--miniature");
bool isWritten = args.Contains("--write-readme");
if (args.Except([command, "--miniature", "--write-readme"]).Any() || (isMiniature && isWritten))
{
    Console.Error.WriteLine("Usage: [scenarios | size] [--write-readme | --miniature]");
    return 2;
}

switch (command)
{
    case "":
        Publish("benchmarks", Project, await Microbenchmarks.RunAsync(isMiniature));
        return 0;

    case "scenarios":
        Publish("scenarios", $"{Project} -- scenarios", await new Scenarios(isMiniature).RunAsync());
        return 0;

    case "size":
        Table added = await new SizeComparison(isMiniature).RunAsync();
        Readme.Publish("size", $"{Project} -- size", $"{added}", isWritten ? $"{added}" : null);
        return 0;

    default:
        Console.Error.WriteLine($"There is no command {command}.");
        return 2;
}

void Publish(string section, string how, Results results) =>
    Readme.Publish(section, how, results.Whole($"Targets of the {section}"), isWritten ? results.Short : null);
