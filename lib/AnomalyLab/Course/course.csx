// What each notebook of the course imports first: the names of the library, its speed, its language, its charts.
using System.Diagnostics;
using System.IO;
using AnomalyLab.Course;
using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;
using AnomalyLab.Inspection;
using AnomalyLab.Models;
using AnomalyLab.Training;
using AnomalyLab.Visualization;
using TorchSharp;
using static TorchSharp.torch.nn;

FastTorch.Startup.Run();
Microsoft.DotNet.Interactive.Formatting.Formatter.Register<string>((text, writer) => writer.Write(Texts.Of(text)), "text/plain");
Charts.Setup()
