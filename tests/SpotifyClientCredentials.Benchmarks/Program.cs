using System.Globalization;
using SpotifyClientCredentials.Benchmarks;
using SpotifyClientCredentials.Benchmarks.Fleet;
using SpotifyClientCredentials.Benchmarks.Micro;
using SpotifyClientCredentials.Benchmarks.Report;
using SpotifyClientCredentials.Benchmarks.Scenarios;

const string Project = "dotnet run -c Release --project tests/SpotifyClientCredentials.Benchmarks";

// Child processes, started by the run.
switch (args)
{
    case ["fleet-worker", string store]:
        return WorkerProgram.Run(store);

    case ["fleet-garnet", string port]:
        return GarnetProgram.Run(port);

    case [SuspendedProgram.Command, string contender, string tokenEndpoint, string apiBaseAddress, string clientId, string clientSecret, string callers]:
        return await SuspendedProgram.MakeCallsAsync(
            contender, new Uri(tokenEndpoint), new Uri(apiBaseAddress), clientId, clientSecret, int.Parse(callers, CultureInfo.InvariantCulture));
}

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

bool isMiniature = arguments.IsMiniature;
bool writeReadme = arguments.WriteReadme;
switch (arguments.Command)
{
    case "":
        Publish("benchmarks", Project, await Microbenchmarks.RunAsync(isMiniature));
        return 0;

    case "scenarios":
        Publish("scenarios", $"{Project} -- scenarios", await new Scenarios(isMiniature).RunAsync());
        return 0;

    case "size":
        Table added = await new SizeComparison(isMiniature).RunAsync();
        Readme.Publish("size", $"{Project} -- size", $"{added}", writeReadme ? $"{added}" : null);
        return 0;

    case "fleet":
    case "simulate":
        FleetRun run = new(arguments);
        IReadOnlyList<Table> tables = arguments.Command == "fleet" ? await run.RunAsync() : await run.SimulateAsync();
        // The README omits the targets: they matter only to this project, and fill a page.
        string? written = writeReadme ? Text(tables.Where(table => !table.Title.StartsWith("Targets", StringComparison.Ordinal))) : null;
        Readme.Publish(arguments.Command, $"{Project} -- {arguments.Command} {run.Size}", Text(tables), written, run.Components);
        return 0;

    default:
        Console.Error.WriteLine($"Unknown command: {arguments.Command}.");
        return 2;
}

void Publish(string section, string how, Results results) =>
    Readme.Publish(section, how, results.ToText($"Targets of the {section}"), writeReadme ? results.ToReadmeText() : null);

static string Text(IEnumerable<Table> tables) => string.Join($"{Environment.NewLine}{Environment.NewLine}", tables);
